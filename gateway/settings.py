"""Settings, from the environment (COMPTOIR_…) or a file .env."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_CHARACTERS_MIN = 32


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="COMPTOIR_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = "sqlite+aiosqlite:///comptoir.db"
    env: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    ide: Literal["on", "off"] | None = None
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    log: Literal["json", "console"] = "console"
    secret_key: SecretStr | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def shows_ide(self) -> bool:
        return self.ide == "on" or (self.ide is None and self.env == "development")

    @model_validator(mode="after")
    def production_has_a_secret_of_its_own(self) -> Self:
        secret = self.secret_key.get_secret_value() if self.secret_key else ""
        if self.env == "production" and len(secret) < SECRET_CHARACTERS_MIN:
            needed = f"COMPTOIR_SECRET_KEY must be set, with at least {SECRET_CHARACTERS_MIN} characters,"
            raise ValueError(f"{needed} when COMPTOIR_ENV=production")
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
