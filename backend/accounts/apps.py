from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "backend.accounts"
    label = "accounts"

    def ready(self) -> None:
        from backend.accounts import schema  # noqa: F401  (tells the OpenAPI generator about our authentication)
        from backend.accounts.access import MembershipPolicy
        from backend.core import access

        access.install(MembershipPolicy())
