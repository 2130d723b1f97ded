"""A browser that goes to a sign-in service and comes back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from services.referral.records.tables import AccountRow, SessionRow
from services.referral.use_cases.workplace import Workplace
from tests.referral.oidc.forger import Forger
from tests.referral.use_cases.reading import audits
from tests.referral.web.browsers import words


@dataclass
class Traveller:
    http: TestClient
    forger: Forger
    at: Workplace

    def goes(self, **query: str) -> dict[str, str]:
        """What the provider is asked in the address."""
        answer = self.http.get("/sign-in/with/forged", params=query)
        assert answer.status_code == 303, words(answer.text)
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        told = {name: values[0] for name, values in asked.items()}
        self.forger.nonce, self.forger.challenge = told["nonce"], told["code_challenge"]
        return told

    def comes_back(self, state: str, **query: Any) -> Response:
        brought = {"code": "a-code", "state": state, **query}
        return self.http.get("/sign-in/back", params={k: v for k, v in brought.items() if v})

    def signs_in(self, **query: Any) -> Response:
        return self.comes_back(self.goes()["state"], **query)

    def is_in(self) -> bool:
        return self.http.get("/queue").status_code == 200

    def accounts(self) -> list[AccountRow]:
        with self.at.records.database.read() as session:
            return list(session.scalars(select(AccountRow).order_by(AccountRow.id)))

    def account(self, email: str = "nia@trust.example.org") -> AccountRow:
        return next(one for one in self.accounts() if one.email == email)

    def sessions(self) -> list[SessionRow]:
        with self.at.records.database.read() as session:
            return list(session.scalars(select(SessionRow)))

    def audited(self) -> list[tuple[str, str]]:
        """What the audit says happened at the door."""
        return [
            (line.action, line.detail)
            for line in audits(self.at.records)
            if line.action.startswith(("sign-", "account-"))
        ]
