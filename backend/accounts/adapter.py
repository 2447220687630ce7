"""What sign-in does differently here than in django-allauth."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody registers on their own: the first user comes from the install page, others by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
