"""Settings, from the environment (COMPTOIR_…) or a file .env."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gateway.traces import installed

SECRET_CHARACTERS_MIN = 32
DEMO_SECRET = "known to everybody, and so for the demo shop alone"
DEMO_DOMAIN = "demo.example"  # of the demo's accounts


def separated(text: object) -> object:
    return tuple(name for part in text.split(",") if (name := part.strip())) if isinstance(text, str) else text


def address(text: str) -> str:
    """As it was written: an issuer is compared letter by letter."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment):
        raise ValueError("this must be an address such as https://shop.example/storefront")
    return text


Address = Annotated[str, AfterValidator(address)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(separated)]  # with commas between them


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="COMPTOIR_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = "sqlite+aiosqlite:///comptoir.db"
    env: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    ide: Literal["on", "off"] | None = None
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    log: Literal["json", "console"] = "console"
    secret_key: SecretStr | None = None
    redis_url: str = ""
    rate_limits: Literal["on", "off"] | None = None
    allowed_origins: Names = ()
    trusted_proxies: Names = ()
    incremental: Literal["on", "off"] = "off"
    otlp_endpoint: HttpUrl | None = None
    mail_url: SecretStr | None = None
    mail_from: str = ""
    mail_dir: Path = Path("mail")
    storefront_url: Address = "http://127.0.0.1:8000/storefront"
    payments: Literal["test", "stripe"] | None = None
    stripe_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_url: Address = ""
    jobs: Literal["on", "off"] = "on"
    capture_ending: Literal["on", "off"] = "off"
    sourcing_milliseconds: Annotated[float, Field(gt=0)] = 50
    cart_abandoned_hours: Annotated[float, Field(gt=0)] = 24
    cart_kept_days: Annotated[float, Field(gt=0)] = 180
    oidc_issuer: Address = ""
    oidc_audience: str = ""
    staff_oidc_issuer: Address = ""
    staff_oidc_audience: str = ""
    staff_oidc_roles_claim: str = "roles"
    staff_oidc_locations_claim: str = "locations"

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def secret(self) -> str:
        """What sessions are signed with; in development one that everybody knows, so that they outlive a restart."""
        return self.secret_key.get_secret_value() if self.secret_key else DEMO_SECRET

    @property
    def limits_rates(self) -> bool:
        """In production, unless it is told otherwise."""
        return self.rate_limits == "on" or (self.rate_limits is None and self.is_production)

    @property
    def takes_cards_by(self) -> Literal["test", "stripe"]:
        return self.payments or "test"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def shows_ide(self) -> bool:
        return self.ide == "on" or (self.ide is None and self.env == "development")

    @model_validator(mode="after")
    def production_has_a_secret_of_its_own(self) -> Self:
        secret = self.secret_key.get_secret_value() if self.secret_key else ""
        if self.is_production and len(secret) < SECRET_CHARACTERS_MIN:
            needed = f"COMPTOIR_SECRET_KEY must be set, with at least {SECRET_CHARACTERS_MIN} characters,"
            raise ValueError(f"{needed} when COMPTOIR_ENV=production")
        if self.is_production and secret == DEMO_SECRET:
            raise ValueError("COMPTOIR_SECRET_KEY is the demo's, which everybody knows; set one of your own")
        return self

    @model_validator(mode="after")
    def mails_can_be_sent(self) -> Self:
        if self.mail_url is None:
            return self
        parts = urlsplit(self.mail_url.get_secret_value())
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("COMPTOIR_MAIL_URL must be smtp://user:password@host:587 or smtps://…")
        if "@" not in self.mail_from:
            raise ValueError("COMPTOIR_MAIL_FROM must be set, to the address that mails come from, with COMPTOIR_MAIL_URL")
        return self

    @model_validator(mode="after")
    def issuers_vouch_for_one_audience_each(self) -> Self:
        for name in ("oidc", "staff_oidc"):
            issuer, audience = getattr(self, f"{name}_issuer"), getattr(self, f"{name}_audience")
            spelled = f"COMPTOIR_{name.upper()}"
            if bool(issuer) != bool(audience):
                raise ValueError(f"{spelled}_ISSUER and {spelled}_AUDIENCE belong together; set both or neither")
            if self.is_production and issuer.startswith("http:"):
                raise ValueError(f"{spelled}_ISSUER must be https://… when COMPTOIR_ENV=production")
        if self.oidc_issuer and (self.oidc_issuer, self.oidc_audience) == (self.staff_oidc_issuer, self.staff_oidc_audience):
            raise ValueError("COMPTOIR_STAFF_OIDC_AUDIENCE is that of customers; staff need one of their own")
        return self

    @model_validator(mode="after")
    def payments_are_taken_by_somebody(self) -> Self:
        if self.is_production and self.payments is None:
            choice = "stripe, or test for a shop that takes no money"
            raise ValueError(f"COMPTOIR_PAYMENTS must be set when COMPTOIR_ENV=production: {choice}")
        if self.payments == "stripe" and not (self.stripe_key and self.stripe_webhook_secret):
            raise ValueError("COMPTOIR_STRIPE_KEY and COMPTOIR_STRIPE_WEBHOOK_SECRET must be set when COMPTOIR_PAYMENTS=stripe")
        if self.is_production and self.stripe_url.startswith("http:"):
            raise ValueError("COMPTOIR_STRIPE_URL must be https://… when COMPTOIR_ENV=production")
        return self

    @model_validator(mode="after")
    def traces_are_an_extra(self) -> Self:
        if self.otlp_endpoint and not installed:
            raise ValueError("COMPTOIR_OTLP_ENDPOINT needs what comptoir[telemetry] installs")
        return self


def settings() -> Settings:
    """Raises ValueError in one line that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "".join(f"COMPTOIR_{part}".upper() for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{name}: {message}" if name else message) from None
