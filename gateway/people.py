"""Who vouches for people and how they are written to: made from the settings."""

from __future__ import annotations

from adapters.mail import Deliveries, MailFolder, Smtp
from adapters.oidc import OpenIdIssuers, Trust
from gateway.settings import Settings


def deliveries(chosen: Settings) -> Deliveries:
    """By SMTP where there is a server for it; else each mail is a file."""
    if chosen.mail_url is None:
        return Deliveries(MailFolder(chosen.mail_dir))
    return Deliveries(Smtp(chosen.mail_url.get_secret_value(), chosen.mail_from))


def issuers(chosen: Settings) -> OpenIdIssuers | None:
    """None where everybody signs in here."""
    trusts = []
    if chosen.oidc_issuer:
        trusts.append(Trust(issuer=chosen.oidc_issuer, audience=chosen.oidc_audience))
    if chosen.staff_oidc_issuer:
        staff = Trust(
            issuer=chosen.staff_oidc_issuer,
            audience=chosen.staff_oidc_audience,
            is_staff=True,
            roles_claim=chosen.staff_oidc_roles_claim,
            locations_claim=chosen.staff_oidc_locations_claim,
        )
        trusts.append(staff)
    return OpenIdIssuers(*trusts) if trusts else None
