"""A copy of a message that patterns can match: one width, one script, no invisible characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# The ideographic comma of lists and sentences stays what it is: as an ASCII comma it would fake thousands.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_SINGLE = {
    0x3000: " ",
    0x00A0: " ",
    0x2002: " ",
    0x2003: " ",
    0x2009: " ",
    0x202F: " ",
    0xFFE5: "¥",
    0xFF61: ".",
    0x2212: "-",
    0x2013: "-",
    0xFE63: "-",
    0x2010: "-",
    0x2011: "-",
}
_TRADITIONAL = (
    "話话費费餘余額额欠欠停停機机國国動动聯联電电廣广繳缴納纳帳账賬账單单戶户號号碼码結结儲储優优惠惠業业務务復复恢恢暫暂"
    "終终斷断網网絡络數数據据訊讯賣卖買买過过還还應应將将達达時时間间關关開开啟启鐘钟為为與与於于後后從从轉转帶带務务"
    "請请您您尊尊敬敬客客貴贵親亲愛爱處处點点擊击鏈链連连選选擇择項项類类類类稱称認认證证實实驗验審审覆复詢询問问題题"
    "專专線线熱热務务員员門门廳厅營营購购訂订閱阅變变更更級级劃划計计資资規规則则條条調调節节約约期期個个兩两幾几萬万億亿"
    "圓元港港幣币錢钱價价稅税僅仅剩剩夠够報报警警騙骗詐诈欺欺偽伪冒冒銀银儲储簽签約约滿满減减增增贈赠獎奖禮礼積积權权"
    "獲获領领換换內内積积載载檢检測测試试設设備备維维護护異异違违規规涉涉嫌嫌風风險险強强製制禁禁止止隨随時时須须況况態态"
    "狀状註注銷销滯滞納纳臨临遲迟遺遗補补辦办寫写輸输識识別别區区縣县灣湾澳澳門门華华遠远傳传亞亚東东長长無无許许"
    "現现發发給给們们這这樣样對对當当總总嗎吗讓让雙双適适遊游漫漫順顺預预顯显願愿顧顾館馆驟骤髮发壞坏聲声鎖锁錯错鏈链"
    "鐵铁隻只隱隐離离雜杂難难雲云震震靈灵韻韵頁页頻频頭头額额飛飞飯饭麼么齊齐齡龄"
    "語语談谈論论誠诚誤误說说課课講讲謝谢謹谨譯译議议負负責责貨货貿贸賀贺賠赔賴赖賽赛贏赢趕赶軟软載载輕轻較较輛辆輪轮"
    "農农運运違违進进適适郵邮鄉乡釋释針针鍵键陸陆陽阳隊队階阶際际雖虽靜静響响頂顶絕绝統统經经綠绿維维緊紧緩缓編编縮缩"
    "績绩繫系繼继續续聽听職职腦脑臺台與与舊旧藝艺藥药裝装裡里複复見见覺觉觀观記记訴诉註注詳详誰谁"
    "壓压壢坜執执場场報报塊块墊垫夾夹奪夺妳你學学它它寬宽寶宝將将專专尋寻導导屆届屬属歲岁師师帥帅幫帮幹干庫库廠厂張张彈弹"
    "強强彌弥彙汇徑径徵征忽忽恆恒悅悦惡恶愛爱慣惯慶庆懸悬戰战戲戏戶户掃扫掛挂採采換换損损搶抢撥拨擁拥擊击擋挡據据擴扩攜携"
    "攝摄敗败敘叙數数斂敛於于昇升晉晋暢畅曆历會会標标樓楼樂乐機机檔档檢检欄栏歐欧歡欢殘残殼壳沒没況况測测淨净減减滾滚"
    "漲涨潛潜濟济灑洒爭争爾尔牆墙狀状獨独環环產产畢毕畫画異异療疗發发監监盤盘眾众碼码確确禍祸種种稱称穩稳窮穷竊窃競竞筆笔"
    "節节範范簡简簽签糾纠約约級级細细組组絡络給给"
)
_TABLE: dict[int, str | int | None] = {
    **_FULL_WIDTH,
    **_SINGLE,
    **{ord(a): b for a, b in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True) if a != b},
    ord("帐"): "账",
}
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\u20e3\U000e0000-\U000e01ef]"
)
_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_STYLED = re.compile("[\u2460-\u24ff\u0660-\u0669\u0966-\u096f\U0001d400-\U0001d7ff]")
_RUNS = re.compile(r"[ \t]+")


def normalise(text: str) -> str:
    """Return the copy that is parsed; the original is what evidence keeps.

    Full-width letters, digits and signs become ASCII (except ``，``), the traditional characters that matter
    become simplified, emoji and zero-width characters vanish, ``−`` and ``–`` become ``-``.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if _INVISIBLE.search(plain):
        plain = _INVISIBLE.sub("", plain)
    if _EMOJI.search(plain):
        plain = _EMOJI.sub("", plain)
    plain = plain.translate(_TABLE)
    if _STYLED.search(plain):
        plain = _STYLED.sub(lambda m: unicodedata.normalize("NFKC", m.group()), plain)
    return _RUNS.sub(" ", plain).strip()


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between two marks, with its place in the normalised text."""

    text: str
    start: int
    sentence: int
    question: bool = False


# A comma between digits may be a thousands comma; a full stop between letters or digits may be a host or a figure.
_BREAK = re.compile(r"[。;!?\n，()~]|…+|,(?!\d{3}(?!\d))|\.(?=\s|$)|\.(?=[A-Z][a-z])")
_ENDS_SENTENCE = frozenset("。!?\n;~.")


def clauses(text: str) -> tuple[Clause, ...]:
    """Split a normalised text into clauses; clauses of one sentence share its number."""
    found: list[Clause] = []
    start = sentence = 0
    for mark in _BREAK.finditer(text):
        if mark.start() > start:
            found.append(Clause(text[start : mark.start()], start, sentence, mark.group() == "?"))
        if mark.group()[0] in _ENDS_SENTENCE:
            sentence += 1
        start = mark.end()
    if start < len(text):
        found.append(Clause(text[start:], start, sentence))
    return tuple(found)
