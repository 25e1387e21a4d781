"""The steps of a preset: requests with names filled in, pages put together, errors told from answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.carriers import _values
from monitor.carriers._http import Answer, Http, Trouble
from monitor.carriers.http_json import select
from monitor.carriers.http_json.login import Login, Proof
from monitor.carriers.http_json.pages import Walk
from monitor.carriers.http_json.spec import Preset, Step
from monitor.core.words import FailureKind


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer as it may be shown: for ``carrier try``."""

    step: str
    method: str
    url: str
    status: int
    data: Any


class Asker:
    """One round with one set of credentials; equal requests of several lines are sent once."""

    def __init__(self, preset: Preset, base: str, http: Http, left: Callable[[], float]) -> None:
        self._preset, self._base, self._http, self._left = preset, base.rstrip("/"), http, left
        self._known: dict[str, Any] = {}
        self._troubles: dict[str, Trouble] = {}
        self._proof: Proof | None = None
        self.heard: list[Heard] = []

    def everything(self, login: Login, names: Mapping[str, str]) -> tuple[Any, tuple[str, ...]]:
        """Run all steps for one line; return the document for selectors, and the names of optional steps that failed.

        Raises:
            Trouble: a step that must not fail.
            Malformed: an answer that cannot be worked with.
        """
        preset = self._preset
        single = len(preset.steps) == 1 and not preset.steps[0].name
        document: Any = {"given": dict(names)}
        missing: list[str] = []
        for step in preset.steps:
            if step.when and not select.find(step.when, document, names):
                continue
            try:
                data = self._step(step, login, names, document)
            except Trouble:
                if not step.optional:
                    raise
                missing.append(step.name)
                continue
            if single:
                return data, ()
            document[step.name] = data
        return document, tuple(missing)

    def _step(self, step: Step, login: Login, names: Mapping[str, str], document: Any) -> Any:
        for i, template in enumerate(step.path):
            path = select.fill_path(template, names, document)
            url = path if "://" in path else self._base + path
            query = {k: select.fill(v, names, document) for k, v in step.query.items()}
            body = select.fill_tree(step.json, names, document)
            form = select.fill_tree(dict(step.form), names, document)
            headers = {k: select.fill(v, names, document) for k, v in step.headers.items()}
            request = _Request(step, url, query, headers, body, form or None)
            try:
                return self._once(request, login, names)
            except Trouble as trouble:
                if not trouble.absent or i + 1 == len(step.path):
                    raise
        raise AssertionError  # a step has at least one path: the preset was checked

    def _once(self, request: _Request, login: Login, names: Mapping[str, str]) -> Any:
        key = request.key
        if key in self._troubles:
            raise self._troubles[key]
        if key not in self._known:
            try:
                self._known[key] = self._pages(request, login, names)
            except Trouble as trouble:
                self._troubles[key] = trouble
                raise
        return self._known[key]

    def _pages(self, request: _Request, login: Login, names: Mapping[str, str]) -> Any:
        page = request.step.page
        if not page.kind:
            return self._send(request, login, names)
        found: list[Any] = []
        before: list[Any] | None = None
        where = request.step.name or "the step"
        walk = Walk(page, request.url)
        for _ in range(page.most):
            data = self._send(request.to(walk.url, walk.query), login, names)
            items = select.find(page.items, data, names)
            if items is not None and not isinstance(items, list):
                raise _values.Malformed(f"{page.items} is not a list in the answer of {where}")
            if items and items == before:
                what = f"every page of {where} is the same; is {page.param!r} how this carrier counts them?"
                raise Trouble(FailureKind.MALFORMED, what)
            found, before = found + (items or []), items
            total = _values.number(select.find(page.total, data, names), page.total) if page.total else None
            onward = select.find(page.next, data, names) if page.next else None
            if not walk.on(len(items or []), total, _values.text(onward, page.next)):
                return found
        raise Trouble(FailureKind.UNSUPPORTED, f"{where} goes on for more than {page.most} pages")

    def _send(self, request: _Request, login: Login, names: Mapping[str, str]) -> Any:
        try:
            return self._try(request, login, names)
        except Trouble as trouble:
            if trouble.kind is not FailureKind.AUTH or self._proof is None or not self._proof.renewable:
                raise
            login.forget()
            self._proof = None
            return self._try(request, login, names)

    def _try(self, request: _Request, login: Login, names: Mapping[str, str]) -> Any:
        if self._proof is None:
            self._proof = login.proof(self._left)
        proof = self._proof
        try:
            answer = self._http.ask(
                request.step.method,
                request.url,
                seconds=self._left(),
                params={**request.query, **proof.query},
                headers={**proof.headers, **request.headers},
                json_body=request.body,
                form=request.form,
                auth=proof.basic,
            )
        except Trouble as trouble:
            self._explain(request.step, trouble, names)
            raise
        data = answer.json()
        self._note(request, answer, data)
        self._judge(request.step, data, names)
        return data

    def _note(self, request: _Request, answer: Answer, data: Any) -> None:
        shown = scrub(data, self._preset.redact)
        self.heard.append(
            Heard(request.step.name or "answer", request.step.method, answer.url, answer.status, shown)
        )

    def _judge(self, step: Step, data: Any, names: Mapping[str, str]) -> None:
        """Tell an error that is answered with 200."""
        if step.ok:
            if not select.find(step.ok, data, names):
                raise self._error(step, data, names)
        elif step.error and self._meaning(step, data, names) is not None:
            raise self._error(step, data, names)

    def _explain(self, step: Step, trouble: Trouble, names: Mapping[str, str]) -> None:
        """Replace what the status says by what the carrier's own error code says, if the preset knows it."""
        if trouble.answer is None or not step.error:
            return
        try:
            data = trouble.answer.json()
            known = self._meaning(step, data, names) is not None
        except (Trouble, _values.Malformed):
            return
        if known:
            raise self._error(step, data, names) from None

    def _meaning(self, step: Step, data: Any, names: Mapping[str, str]) -> str | None:
        code = select.find(step.error, data, names) if step.error else None
        if code is None or isinstance(code, dict | list):
            return None
        return self._preset.errors.get(_values.word(code))

    def _error(self, step: Step, data: Any, names: Mapping[str, str]) -> Trouble:
        code = select.find(step.error, data, names) if step.error else None
        meaning = (
            self._meaning(step, data, names) or self._preset.errors.get("*") or FailureKind.MALFORMED.value
        )
        kind, _, sentence = meaning.partition(":")
        said = select.find(step.message, data, names) if step.message else None
        parts = [sentence.strip() or f"the carrier answered with error {_values.show(code)}"]
        if isinstance(said, str):
            parts.append(f"({said.strip()[:200]})")
        return Trouble(FailureKind(kind.strip()), self._http.redact(" ".join(parts)))


@dataclass(frozen=True, slots=True)
class _Request:
    step: Step
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    form: Mapping[str, str] | None

    @property
    def key(self) -> str:
        parts = (self.step.method, self.url, self.query, self.headers, self.body, self.form)
        return json.dumps(parts, sort_keys=True, default=str)

    def to(self, url: str, extra: Mapping[str, str]) -> _Request:
        query = {**self.query, **extra} if url == self.url else extra
        return _Request(self.step, url, query, self.headers, self.body, self.form)


def scrub(data: Any, keys: tuple[str, ...]) -> Any:
    """Drop secret keys wherever they are in an answer."""
    if isinstance(data, dict):
        return {k: "***" if k in keys else scrub(v, keys) for k, v in data.items()}
    return [scrub(v, keys) for v in data] if isinstance(data, list) else data
