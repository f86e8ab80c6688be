"""The words for reasons, in the language of the one who asks."""

from __future__ import annotations

from domain.reason import Reason, ReasonCode
from resolvers.context import Context

WORDS: dict[str, dict[ReasonCode, str]] = {
    "en": {
        ReasonCode.OUT_OF_STOCK: "Out of stock here.",
        ReasonCode.HELD_FOR_OTHERS: "The last ones are being held for other customers.",
        ReasonCode.SAFETY_STOCK: "The last ones are kept back.",
        ReasonCode.STORE_BUFFER: "The last ones are kept for customers in the store.",
        ReasonCode.CLOSED: "Nothing can be collected here in the next 60 days: it stays closed.",
        ReasonCode.CAPACITY_FULL: "So much is to be collected here that it takes longer.",
        ReasonCode.INCOMING: "More are expected on {day}.",
        ReasonCode.NOT_COLLECTABLE: "Nothing can be collected here.",
        ReasonCode.NOT_SHIPPABLE: "Nothing is shipped from here.",
        ReasonCode.LOW_CONFIDENCE: "The count is old; ask the store before you come.",
    },
    "fr": {
        ReasonCode.OUT_OF_STOCK: "Épuisé ici.",
        ReasonCode.HELD_FOR_OTHERS: "Les derniers sont réservés à d’autres clients.",
        ReasonCode.SAFETY_STOCK: "Les derniers sont gardés en réserve.",
        ReasonCode.STORE_BUFFER: "Les derniers sont gardés pour les clients du magasin.",
        ReasonCode.CLOSED: "Aucun retrait ici dans les 60 prochains jours : le magasin reste fermé.",
        ReasonCode.CAPACITY_FULL: "Les retraits sont si nombreux ici que cela prend plus de temps.",
        ReasonCode.INCOMING: "D’autres sont attendus le {day}.",
        ReasonCode.NOT_COLLECTABLE: "Rien ne peut être retiré ici.",
        ReasonCode.NOT_SHIPPABLE: "Rien n’est expédié d’ici.",
        ReasonCode.LOW_CONFIDENCE: "Le comptage est ancien ; renseignez-vous auprès du magasin.",
    },
}
OVERDUE = {"en": "More are on their way.", "fr": "D’autres sont en chemin."}
DAYS = {"en": "%Y-%m-%d", "fr": "%d/%m/%Y"}


def message(reason: Reason, *, context: Context) -> str:
    if reason.code is ReasonCode.INCOMING and reason.at is None:
        return OVERDUE[context.language]
    day = reason.at.strftime(DAYS[context.language]) if reason.at else ""
    return WORDS[context.language][reason.code].format(day=day)
