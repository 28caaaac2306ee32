"""What a visitor answered, and what that allows.

The rules are those of banner/consent in Go. Both are held to the same vectors.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Callable, List, Optional, Tuple

COOKIE = "cookies_preferences"
LIFETIME_DAYS = 182
MAX_BYTES = 1024


@dataclass(frozen=True)
class Service:
    """A service, and the category that it is in."""

    category: str
    id: str
    necessary: bool  # of the category
    asks: bool
    cookies: Tuple[str, ...]

    @property
    def name(self) -> str:
        """The service as an answer names it."""
        return f"{self.category}.{self.id}"

    @property
    def exempt(self) -> bool:
        """Whether it runs until the visitor objects."""
        return not self.necessary and not self.asks

    def declares(self, cookie: str) -> bool:
        """Whether a cookie of this name is one of its own, or of its families such as _ga_*."""
        return any(cookie.startswith(c[:-1]) if c.endswith("*") else cookie == c for c in self.cookies)


@dataclass(frozen=True)
class Answer:
    """A visitor's answer. Without a day it is none, and grants nothing."""

    on: Optional[date] = None
    yes: Tuple[str, ...] = ()
    no: Tuple[str, ...] = ()

    def grants(self, service: Service) -> bool:
        """Whether the visitor said yes to a service that asks."""
        return self.on is not None and (service.category in self.yes or service.name in self.yes)

    def objects(self, service: Service) -> bool:
        """Whether the visitor said no to a service that is exempt."""
        return service.exempt and (service.category in self.no or service.name in self.no)

    def allows(self, service: Service) -> bool:
        """Whether the service may run."""
        return self.grants(service) if service.asks else not self.objects(service)


class Policy:
    """What a catalogue asks for, as charte build writes it to policy.json."""

    def __init__(self, data: Any) -> None:
        """Takes what policy.json holds. Raises KeyError, TypeError or AttributeError if that is no policy."""
        self.revision: str = data["rev"]
        self.necessary = {c["id"]: bool(c.get("necessary")) for c in data["categories"]}
        self.services = [
            Service(
                category["id"],
                service["id"],
                bool(category.get("necessary")),
                bool(service.get("asks")),
                tuple(cookie["name"] for cookie in service.get("cookies") or ()),
            )
            for category in data["categories"]
            for service in category.get("services") or ()
        ]

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Reads policy.json. Raises ValueError if it holds no policy."""
        try:
            return cls(json.loads(text))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a policy: {error!r}") from error

    def place(self, id: str) -> Optional[Tuple[str, str]]:
        """Returns the category and the service that an ID names; no service for a category, None for anything else."""
        if id in self.necessary:
            return id, ""
        for service in self.services:
            if id in (service.id, service.name):
                return service.category, service.id
        return None

    def allows(self, answer: Answer, id: str) -> bool:
        """Whether a category, a service or a cookie may be, as Policy.Allows in Go."""
        if id in self.necessary:
            own = [s for s in self.services if s.category == id]
            return self.necessary[id] or (bool(own) and all(map(answer.allows, own)))
        for service in self.services:
            # In the order of the catalogue: an ID wins over a cookie's name.
            if id in (service.id, service.name):
                return answer.allows(service)
        found = [s for s in self.services if s.declares(id)]
        return bool(found) and all(map(answer.allows, found))

    def read(self, cookies: str, today: date) -> Answer:
        """Reads the answer out of a whole Cookie header. Of several cookies, the most restrictive reading wins."""
        values = _values(cookies)
        read: Optional[Answer] = None
        for value in values:
            answer = self._decode(value, today)
            if answer is None:
                return Answer(no=self._objections(values, today))
            if read is not None:
                answer = self._both(read, answer)
            read = answer
        return read or Answer()

    def _decode(self, value: str, today: date) -> Optional[Answer]:
        said = _parse(value, today)
        if said is None or said[0] != self.revision:
            return None
        answer = self._decide(said[1].on, said[1].grants, said[1].objects)
        written = f"v=1&on={answer.on}&rev={self.revision}"
        if answer.yes:
            written += "&yes=" + "+".join(answer.yes)
        if answer.no:
            written += "&no=" + "+".join(answer.no)
        # Unknown, doubled, needless or unsorted names are never written.
        return answer if written == (value[:-5] if value.endswith("&yes=") else value) else None

    def _objections(self, values: List[str], today: date) -> Tuple[str, ...]:
        made = [said[1] for said in (_parse(value, today) for value in values) if said is not None]
        return self._names(lambda s: s.exempt, lambda s: any(a.objects(s) for a in made))

    def _both(self, a: Answer, b: Answer) -> Answer:
        assert a.on is not None and b.on is not None
        return self._decide(
            min(a.on, b.on),
            lambda s: a.grants(s) and b.grants(s),
            lambda s: a.objects(s) or b.objects(s),
        )

    def _decide(self, on: Optional[date], yes: Callable[[Service], bool], no: Callable[[Service], bool]) -> Answer:
        return Answer(on, self._names(lambda s: s.asks, yes), self._names(lambda s: s.exempt, no))

    def _names(self, meant: Callable[[Service], bool], chosen: Callable[[Service], bool]) -> Tuple[str, ...]:
        names: List[str] = []
        for category in self.necessary:
            all_meant = [s for s in self.services if s.category == category and meant(s)]
            own = [s.name for s in all_meant if chosen(s)]
            names += [category] if own and len(own) == len(all_meant) else own
        return tuple(sorted(names))


def _values(cookies: str) -> List[str]:
    pairs = (pair.strip(" ").partition("=") for pair in cookies.split(";"))
    return [value for name, _, value in pairs if name == COOKIE]


def _parse(value: str, today: date) -> Optional[Tuple[str, Answer]]:
    """Takes a value of any revision apart. None is no answer."""
    if len(value) > MAX_BYTES or not value.startswith("v=1&on="):
        return None
    on, found, rest = value[len("v=1&on=") :].partition("&rev=")
    rest, _, no = rest.partition("&no=")
    revision, _, yes = rest.partition("&yes=")
    plain = re.compile(r"[a-z0-9.+-]*")
    if not found or not revision or not all(map(plain.fullmatch, (revision, yes, no))):
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", on):
        return None
    try:
        day = date.fromisoformat(on)
    except ValueError:
        return None  # 30 February
    if day.year < 1970 or not -1 <= (today - day) // timedelta(days=1) <= LIFETIME_DAYS:
        return None
    return revision, Answer(day, tuple(yes.split("+")), tuple(no.split("+")))
