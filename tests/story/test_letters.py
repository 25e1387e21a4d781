"""Letters: the right articles, gaps where nothing is known, masked by default, a page that prints; drafts, never sent."""

import re
import subprocess
import sys
import venv
from datetime import date
from pathlib import Path

import pytest
from tale import BOOK, Tale, yuan
from test_guide_command import stopped_line  # noqa: F401 - a fixture
from typer.testing import CliRunner

from monitor.cli import build as command_line
from monitor.core.words import Basis, Cause, Kind, Status
from monitor.guides.gates import Case
from monitor.guides.letter import Brief, LetterKind, Sender, as_html, draft
from monitor.guides.links import strangers

LANGUAGES = ("en", "zh-CN")


def _tale(cause: Cause, rules: str = "cn.mobile", province: str = "henan") -> Tale:
    tale = Tale(rules, province=province)
    tale.read(Status.SUSPENDED, cause=cause, cause_basis=Basis.REPORTED, balance=yuan("5.00"))
    return tale


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("cause", [c for c in Cause if c is not Cause.NONE])
def test_every_letter_renders_whole_with_official_channels_only(
    cause: Cause, kind: LetterKind, language: str
) -> None:
    case = Case(date(2026, 3, 1), fee=False, complained_on=date(2026, 3, 2))
    text = _tale(cause).letter(kind, language, case=case)
    assert "{" not in text
    assert "None" not in text
    assert "\n\n\n" not in text
    assert strangers(BOOK, text) == []
    assert "8000" in text
    assert "13800138000" not in text
    other = re.search(r"[，。；]", text) if language == "en" else None
    assert other is None, text


@pytest.mark.parametrize(
    ("cause", "kind", "article"),
    [
        (Cause.VIOLATION, LetterKind.EXPLANATION, "《反电信网络诈骗法》第三十二条第三款"),
        (Cause.VIOLATION, LetterKind.EXPLANATION, "《消费者权益保护法》第八条"),
        (Cause.UNKNOWN, LetterKind.EXPLANATION, "《消费者权益保护法》第二十六条"),
        (Cause.UNKNOWN, LetterKind.EXPLANATION, "《电信条例》第四十条第（三）项"),
        (Cause.POLICY, LetterKind.COMPLAINT, "《电信条例》第三十五条"),
        (Cause.FAULT, LetterKind.COMPLAINT, "《电信条例》第三十二条"),
        (Cause.CREDIT_CONTROL, LetterKind.PETITION, "《电信条例》第三十三条第二、三款"),
        (Cause.ARREARS, LetterKind.PETITION, "《电信用户申诉处理办法》第十、十二、十三条"),
    ],
)
def test_each_matter_rests_on_its_articles(cause: Cause, kind: LetterKind, article: str) -> None:
    assert article in _tale(cause).letter(kind)


def test_outside_china_no_chinese_law_is_cited() -> None:
    text = _tale(Cause.ARREARS, "us.att", "").letter(LetterKind.COMPLAINT, "en")
    assert "art." not in text
    assert "regulator or consumer body of your country" in text


def test_gaps_are_left_for_what_only_the_user_knows_and_the_number_is_written_out_only_when_asked() -> None:
    tale = _tale(Cause.UNKNOWN)
    assert "【姓名】" in tale.letter(LetterKind.PETITION)
    brief = Brief(
        tale.line, tale.rules, tale.state, BOOK, tale.today, sender=Sender("王某"), full_number=True
    )
    text = draft(LetterKind.PETITION, brief, "zh-CN")
    assert "王某" in text
    assert "+8613800138000" in text


def test_the_page_escapes_what_it_shows_and_prints_on_a4() -> None:
    page = as_html("A <b>title</b>\n\ntext & more\n- one\n- two\n", "en")
    assert "&lt;b&gt;" in page
    assert "<ul>\n<li>one</li>\n<li>two</li>\n</ul>" in page
    assert "size:A4" in page
    assert "<script" not in page


def test_the_command_drafts_shows_the_gates_and_writes_the_page(
    stopped_line: Path,  # noqa: F811
) -> None:
    page = stopped_line / "letter.html"
    result = CliRunner().invoke(
        command_line(["letter"]), ["letter", "petition", "home", "--language", "en", "--html", str(page)]
    )
    assert result.exit_code == 0, result.output
    assert "✗ complain to the carrier first" in result.stderr
    assert "Respondent: China Mobile" in result.stdout
    assert "13800138000" not in result.output + page.read_text("utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    wrong = CliRunner().invoke(
        command_line(["letter"]), ["letter", "petition", "home", "--complained-on", "soon"]
    )
    assert wrong.exit_code == 2


def test_a_notice_of_a_late_restoration_leads_to_a_complaint_that_names_the_day() -> None:
    tale = Tale("cn.telecom")
    tale.read(amount_due=yuan("50.00"), due_on=date(2026, 2, 1))
    tale.wait(days=1)
    tale.read(Status.SUSPENDED, amount_due=yuan("50.00"))
    tale.wait(hours=2)
    tale.read(Status.SUSPENDED, amount_due=yuan("0.00"))
    tale.wait(hours=50)
    by = tale.last(Kind.RESTORATION_OVERDUE).why.get("restore_by")
    assert str(by)[:10] in tale.letter(LetterKind.COMPLAINT)


def test_without_the_extra_a_pdf_is_refused_with_the_way_out(
    stopped_line: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    file = stopped_line / "letter.pdf"
    result = CliRunner().invoke(command_line(["letter"]), ["letter", "complaint", "home", "--pdf", str(file)])
    assert result.exit_code == 1
    assert "billing-monitor[pdf]" in result.output
    assert not file.exists()


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_with_the_extra_a_chinese_petition_becomes_a_pdf(tmp_path: Path) -> None:
    case = Case(date(2026, 3, 1), fee=False, complained_on=date(2026, 3, 2))
    page = tmp_path / "page.html"
    page.write_text(as_html(_tale(Cause.ARREARS).letter(LetterKind.PETITION, case=case), "zh-CN"), "utf-8")
    room = tmp_path / "room"
    venv.create(room, with_pip=True)
    python = room / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "weasyprint>=66"], check=True)
    code = (  # the module alone: the new room holds nothing else of ours
        "import sys; sys.path.insert(0, sys.argv[1]); from pdf import as_pdf;"
        "from pathlib import Path; Path(sys.argv[3]).write_bytes(as_pdf(Path(sys.argv[2]).read_text('utf-8')))"
    )
    folder = Path(__file__).parents[2] / "monitor" / "guides"
    out = tmp_path / "letter.pdf"
    done = subprocess.run(
        [python, "-c", code, folder, page, out], capture_output=True, text=True, check=False
    )
    if "misses a system library" in done.stderr:
        subprocess.run(["apt-get", "install", "-y", "-q", "libpango-1.0-0", "libpangoft2-1.0-0"], check=True)
        done = subprocess.run(
            [python, "-c", code, folder, page, out], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(b"%PDF-")
    assert len(out.read_bytes()) > 5000
