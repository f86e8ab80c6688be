"""The words for what became of discount codes, in the language of the one who asks."""

from __future__ import annotations

from babel.numbers import format_currency

from domain.promotion import CodeProblem, DiscountCode
from resolvers.context import Context

WORDS: dict[str, dict[CodeProblem, str]] = {
    "en": {
        CodeProblem.UNKNOWN: "There is no such code.",
        CodeProblem.OTHER_CHANNEL: "This code is not valid here.",
        CodeProblem.NOT_YET: "This code is not valid yet.",
        CodeProblem.EXPIRED: "This code has expired.",
        CodeProblem.USED_UP: "This code has been used as often as it could be.",
        CodeProblem.MINIMUM_NOT_REACHED: "This code is valid from a subtotal of {minimum}.",
        CodeProblem.NOTHING_ELIGIBLE: "This code is for none of these goods.",
        CodeProblem.BETTER_APPLIED: "Other discounts take off as much or more.",
    },
    "fr": {
        CodeProblem.UNKNOWN: "Ce code n’existe pas.",
        CodeProblem.OTHER_CHANNEL: "Ce code n’est pas valable ici.",
        CodeProblem.NOT_YET: "Ce code n’est pas encore valable.",
        CodeProblem.EXPIRED: "Ce code a expiré.",
        CodeProblem.USED_UP: "Ce code a été utilisé autant de fois qu’il pouvait l’être.",
        CodeProblem.MINIMUM_NOT_REACHED: "Ce code est valable à partir d’un sous-total de {minimum}.",
        CodeProblem.NOTHING_ELIGIBLE: "Ce code ne concerne aucun de ces articles.",
        CodeProblem.BETTER_APPLIED: "D’autres remises sont au moins aussi avantageuses.",
    },
}


def reason(code: DiscountCode, *, context: Context) -> str | None:
    if code.problem is None:
        return None
    minimum = code.minimum
    amount = format_currency(minimum.amount, minimum.currency_code, locale=context.language) if minimum else ""
    return WORDS[context.language][code.problem].format(minimum=amount)
