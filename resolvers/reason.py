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
        ReasonCode.TOO_FEW: "There are not as many here.",
        ReasonCode.CHANNEL_POLICY: "Not offered where you are shopping.",
        ReasonCode.SERVICE_NOT_OFFERED: "Not brought from here to you in this way.",
        ReasonCode.TOO_FAR: "Too far away for that.",
        ReasonCode.RULE: "The shop does not send from here.",
        ReasonCode.COSTS_MORE: "Another place sends it at less cost.",
        ReasonCode.CHOSEN_BY_BUYER: "The store you chose.",
        ReasonCode.CHOSEN_NEAREST: "The nearest.",
        ReasonCode.CHOSEN_FASTEST: "The soonest.",
        ReasonCode.CHOSEN_CHEAPEST: "Costs least.",
        ReasonCode.CHOSEN_FEWEST_PARCELS: "Comes in the fewest parcels.",
        ReasonCode.CHOSEN_LOWEST_CARBON: "Causes the least carbon.",
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
        ReasonCode.TOO_FEW: "Il n’y en a pas autant ici.",
        ReasonCode.CHANNEL_POLICY: "N’est pas proposé là où vous achetez.",
        ReasonCode.SERVICE_NOT_OFFERED: "N’est pas acheminé ainsi d’ici jusqu’à vous.",
        ReasonCode.TOO_FAR: "Trop loin pour cela.",
        ReasonCode.RULE: "Le magasin n’expédie pas d’ici.",
        ReasonCode.COSTS_MORE: "L’envoi coûte moins depuis un autre lieu.",
        ReasonCode.CHOSEN_BY_BUYER: "Le magasin que vous avez choisi.",
        ReasonCode.CHOSEN_NEAREST: "Le plus proche.",
        ReasonCode.CHOSEN_FASTEST: "Le plus rapide.",
        ReasonCode.CHOSEN_CHEAPEST: "Le moins cher.",
        ReasonCode.CHOSEN_FEWEST_PARCELS: "Le moins de colis.",
        ReasonCode.CHOSEN_LOWEST_CARBON: "Émet le moins de carbone.",
    },
}
OVERDUE = {"en": "More are on their way.", "fr": "D’autres sont en chemin."}
DAYS = {"en": "%Y-%m-%d", "fr": "%d/%m/%Y"}


def message(reason: Reason, *, context: Context) -> str:
    if reason.code is ReasonCode.INCOMING and reason.at is None:
        return OVERDUE[context.language]
    day = reason.at.strftime(DAYS[context.language]) if reason.at else ""
    return WORDS[context.language][reason.code].format(day=day)
