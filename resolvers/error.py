"""The words for refusals, in the language of the one who asks."""

from __future__ import annotations

from typing import TypeAlias

from domain.booking import FulfillmentUnavailable, OptionExpired
from domain.cart import VersionConflict
from domain.refusal import (
    BadCredentials,
    CartClosed,
    ChannelPolicy,
    CodeInvalid,
    Forbidden,
    IdempotencyKeyReused,
    InvalidInput,
    LimitReached,
    NotFound,
    RateLimited,
    WrongState,
)
from resolvers.context import Context

FRENCH: dict[type, str] = {
    FulfillmentUnavailable: "Ces articles ne peuvent pas être obtenus ainsi.",
    OptionExpired: "Cette offre ne tient plus ; voici ce qu’il en est maintenant.",
    BadCredentials: "Cette adresse e-mail et ce mot de passe ne vont pas ensemble.",
    CartClosed: "Ce panier ne peut plus être modifié.",
    CodeInvalid: "Ce code est faux, déjà utilisé ou expiré ; demandez-en un nouveau.",
    IdempotencyKeyReused: "Cette clé a servi pour une autre demande ; prenez-en une nouvelle.",
    RateLimited: "Trop d’essais ; réessayez plus tard.",
    VersionConflict: "Quelqu’un d’autre l’a modifié entre-temps ; voici où il en est.",
}
Told: TypeAlias = (
    BadCredentials
    | CartClosed
    | ChannelPolicy
    | CodeInvalid
    | Forbidden
    | FulfillmentUnavailable
    | OptionExpired
    | IdempotencyKeyReused
    | InvalidInput
    | LimitReached
    | NotFound
    | RateLimited
    | VersionConflict
    | WrongState
)


def message(refusal: Told, *, context: Context) -> str:
    """What a shopper can cause is told in the language of the one who asks; what a developer does, in English."""
    return FRENCH.get(type(refusal), refusal.message) if context.language == "fr" else refusal.message
