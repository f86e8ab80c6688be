"""The words for refusals, in the language of the one who asks."""

from __future__ import annotations

from typing import TypeAlias

from domain.booking import FulfillmentUnavailable, OptionExpired
from domain.checkout import CheckoutExpired
from domain.checkout_begin import CartNotReady
from domain.paying import PaymentActionRequired, PaymentDeclined
from domain.refusal import (
    BadCredentials,
    CartClosed,
    ChannelPolicy,
    CodeInvalid,
    Forbidden,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    InvalidInput,
    LimitReached,
    NotFound,
    RateLimited,
    VersionConflict,
    WrongState,
)
from domain.tender import PaymentRequired
from resolvers.context import Context

FRENCH: dict[type, str] = {
    FulfillmentUnavailable: "Ces articles ne peuvent pas être obtenus ainsi.",
    OptionExpired: "Cette offre ne tient plus ; voici ce qu’il en est maintenant.",
    BadCredentials: "Cette adresse e-mail et ce mot de passe ne vont pas ensemble.",
    CartClosed: "Ce panier ne peut plus être modifié.",
    CartNotReady: "Ce panier ne peut pas être commandé tel quel ; voyez `problems`.",
    CheckoutExpired: "Cette commande en cours est échue, et rien n’est plus réservé ; recommencez.",
    IdempotencyInProgress: "Cette demande est encore en cours ; redemandez dans un instant avec la même clé.",
    PaymentActionRequired: "Votre banque vous demande de confirmer ce paiement.",
    PaymentDeclined: "Le paiement a été refusé, et rien n’a été débité ; essayez un autre moyen de paiement.",
    PaymentRequired: "Les paiements ne couvrent pas ce qui est dû.",
    CodeInvalid: "Ce code est faux, déjà utilisé ou expiré ; demandez-en un nouveau.",
    IdempotencyKeyReused: "Cette clé a servi pour une autre demande ; prenez-en une nouvelle.",
    RateLimited: "Trop d’essais ; réessayez plus tard.",
    VersionConflict: "Quelqu’un d’autre l’a modifié entre-temps ; voici où il en est.",
}
Told: TypeAlias = (
    BadCredentials
    | CartClosed
    | CartNotReady
    | CheckoutExpired
    | IdempotencyInProgress
    | PaymentActionRequired
    | PaymentDeclined
    | PaymentRequired
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
