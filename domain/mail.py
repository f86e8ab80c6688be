"""Mails: what is written to people, in their language, and sent once the change that it tells of is committed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Mail:
    """`to`: an email address, or a phone number in the form of E.164."""

    to: str
    subject: str
    text: str


class Mails(Protocol):
    def send(self, mail: Mail) -> None:
        """Soon, and at most once: nobody waits for it, and nothing fails with it."""
        ...

    async def deliver(self, mail: Mail) -> str | None:
        """Once it has gone; the kind of its failure otherwise."""
        ...


class Words(Enum):
    """Subject and text of each letter, in English and French; `{link}` is where its reader goes on."""

    VERIFY = (
        ("Confirm your email address", "Somebody, most likely you, gave us this email address. Confirm it here:\n\n{link}"),
        (
            "Confirmez votre adresse e-mail",
            "Quelqu’un, sans doute vous, nous a donné cette adresse e-mail. Confirmez-la ici :\n\n{link}",
        ),
    )
    ACCOUNT_EXISTS = (
        (
            "You have an account already",
            "Somebody, most likely you, gave us this email address for an account. There is one already: sign in here, or "
            "set a new password.\n\n{link}",
        ),
        (
            "Vous avez déjà un compte",
            "Quelqu’un, sans doute vous, nous a donné cette adresse e-mail pour un compte. Il en existe déjà un : "
            "connectez-vous ici, ou choisissez un nouveau mot de passe.\n\n{link}",
        ),
    )
    RESET = (
        (
            "Set a new password",
            "Set a new password here. If you did not ask for it, leave it: your password stays as it is.\n\n{link}",
        ),
        (
            "Choisissez un nouveau mot de passe",
            "Choisissez un nouveau mot de passe ici. Si vous n’avez rien demandé, ne faites rien : le vôtre reste valable."
            "\n\n{link}",
        ),
    )
    PASSWORD_CHANGED = (
        (
            "Your password was changed",
            "Your password was changed, and all your devices were signed out. If that was not you, set a new one.\n\n{link}",
        ),
        (
            "Votre mot de passe a changé",
            "Votre mot de passe a changé et tous vos appareils ont été déconnectés. Si ce n’était pas vous, choisissez-en un "
            "nouveau.\n\n{link}",
        ),
    )
    ADDRESS_CHANGED = (
        (
            "Your email address was changed",
            "From now on we write to another address of yours. If that was not you, tell us.\n\n{link}",
        ),
        (
            "Votre adresse e-mail a changé",
            "Nous écrivons désormais à une autre de vos adresses. Si ce n’était pas vous, dites-le-nous.\n\n{link}",
        ),
    )
    RESUME = (
        (
            "Your cart is still here",
            "You left something in your cart. Go on with it here, on any device, within a week:\n\n{link}",
        ),
        (
            "Votre panier est toujours là",
            "Vous avez laissé quelque chose dans votre panier. Reprenez-le ici, sur n’importe quel appareil, sous une semaine :"
            "\n\n{link}",
        ),
    )
    ORDER_ACCESS = (
        (
            "Your order {number}",
            "Your code for the order {number} is {code}; it is good for half an hour. If you did not ask for it, leave it.\n\n"
            "{link}",
        ),
        (
            "Votre commande {number}",
            "Votre code pour la commande {number} est {code} ; il est valable une demi-heure. Si vous n’avez rien demandé, ne "
            "faites rien.\n\n{link}",
        ),
    )


@dataclass(frozen=True, slots=True)
class Letters:
    """Written in one language; `storefront` is where their links lead."""

    mails: Mails
    storefront: str
    language: str = "en"

    def spoken(self, language: str) -> Self:
        return replace(self, language=language)

    def verify(self, to: str, code: str) -> None:
        self.write(to, Words.VERIFY, f"verify={code}")

    def account_exists(self, to: str) -> None:
        self.write(to, Words.ACCOUNT_EXISTS, "sign-in")

    def reset(self, to: str, code: str) -> None:
        self.write(to, Words.RESET, f"reset={code}")

    def password_changed(self, to: str) -> None:
        self.write(to, Words.PASSWORD_CHANGED, "sign-in")

    def address_changed(self, to: str) -> None:
        self.write(to, Words.ADDRESS_CHANGED, "account")

    def resume(self, to: str, code: str) -> None:
        self.write(to, Words.RESUME, f"handoff={code}")

    def order_access(self, to: str, number: str, code: str) -> None:
        """To an email address, or to a phone as a text message."""
        self.write(to, Words.ORDER_ACCESS, f"order={number}.{code}", number=number, code=code)

    def write(self, to: str, words: Words, fragment: str, **facts: str) -> None:
        """What stands after the `#` of a link is sent to no server, so it is in nobody's log."""
        english, french = words.value
        subject, text = french if self.language == "fr" else english
        link = f"{self.storefront}#{fragment}"
        self.mails.send(Mail(to, subject.format(**facts), text.format(link=link, **facts) + "\n"))
