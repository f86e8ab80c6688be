"""The permission matrix: what each field of the schema answers each kind of asker. Written from the rules, never from answers.

A row is one way to things of a type: a path of fields from the root, and the fields of the type by the rule they follow. The
things asked for are OWNER's and LYON's (`Scenario` in test_permissions.py), so whoever is neither shows what is kept from them.

To serve a new field, name it in the rows of its type; to serve a new type, write a row for it, with arguments for the fields on
its path in ARGUMENTS. `field@name` in a path is the field with other arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Asker(StrEnum):
    STRANGER = "somebody without a session"
    OTHER = "another customer"
    OWNER = "the customer whose things they are"
    KIOSK = "the kiosk of the store"
    ELSEWHERE = "an associate of another store"
    ASSOCIATE = "an associate of the store"
    AGENT = "an agent"
    ADMIN = "an admin"


SHOWN = "shown"
NULL = "null"  # or an empty list
MISSING = "missing"  # what the field is of is not there, for this asker
FORBIDDEN = "null, and an error FORBIDDEN"
REFUSED = "nothing done, and an error FORBIDDEN in the payload"

ALL = frozenset(Asker)
CUSTOMERS = frozenset((Asker.OTHER, Asker.OWNER))
EVERYWHERE = frozenset((Asker.AGENT, Asker.ADMIN))
STORE = EVERYWHERE | {Asker.ASSOCIATE}
STAFF = STORE | {Asker.ELSEWHERE}


@dataclass(frozen=True)
class Rule:
    """Who gets it, and what all the others get; `but` is for those who get something else again."""

    who: frozenset[Asker]
    others: str = MISSING
    get: str = SHOWN
    but: Mapping[Asker, str] = field(default_factory=dict, hash=False)

    def for_(self, asker: Asker) -> str:
        return self.but.get(asker, self.get if asker in self.who else self.others)


class Row:
    """Fields by the rule they follow; a row without a path is not asked for."""

    def __init__(self, type: str, path: str | None, *fields: tuple[Rule, str]) -> None:
        self.type, self.path = type, path
        self.rules = {name: rule for rule, names in fields for name in names.split()}
        assert len(self.rules) == sum(len(names.split()) for _, names in fields), f"a field of {type} stands there twice"


PUBLIC = Rule(ALL)
PUBLIC_BUT_EMPTY = Rule(ALL, get=NULL)  # of these samples

# ---------------------------------------------------------------------------------- what only some are given

SIGNED_IN = Rule(CUSTOMERS)  # each of themselves
SIGNED_IN_BUT_EMPTY = Rule(CUSTOMERS, get=NULL)
STAFF_ONLY = Rule(STAFF)  # each of themselves
WORKS_IN_ONE = Rule(frozenset((Asker.ELSEWHERE, Asker.ASSOCIATE)), but=dict.fromkeys(EVERYWHERE, NULL))
IN_A_STORE = Rule(frozenset((Asker.KIOSK, Asker.ELSEWHERE, Asker.ASSOCIATE)), others=NULL)
TERMINALS = Rule(STORE | {Asker.KIOSK})  # of that store
OPENERS = Rule(EVERYWHERE | {Asker.OWNER})  # of the owner's cart; to anybody else it looks missing
OPENERS_BUT_EMPTY = Rule(OPENERS.who, get=NULL)
OWNER = frozenset((Asker.OWNER,))
OWNERS = Rule(OWNER)  # agents and admins look at carts, and change them only while they act for the customer
TO_THEMSELVES = Rule(EVERYWHERE | OWNER, others=NULL)
OF_STAFF = Rule(EVERYWHERE, but={Asker.OWNER: NULL})  # who of the staff changed a cart
SOURCING = Rule(EVERYWHERE, but={Asker.OWNER: FORBIDDEN})  # of a cart, to staff who open it
SOURCING_BUT_EMPTY = Rule(EVERYWHERE, get=NULL, but=SOURCING.but)  # of what was chosen before


SEEN = Rule(STORE | OWNER)  # of an order of the owner's, of which LYON brings some; to anybody else it looks missing
SEEN_BUT_EMPTY = Rule(SEEN.who, get=NULL)
TICKET = Rule(OWNER, but=dict.fromkeys(STORE, NULL))  # whoever hands goods over does not see what for
WHOSE = Rule(EVERYWHERE | OWNER, but={Asker.ASSOCIATE: NULL})
OF_STAFF_OF_THE_STORE = Rule(STORE, but={Asker.OWNER: NULL})
DECIDES = Rule(EVERYWHERE | OWNER, but={Asker.ASSOCIATE: NULL})
CHANGES = Rule(EVERYWHERE | OWNER)
CHANGE_SOURCING = Rule(EVERYWHERE, but={Asker.OWNER: FORBIDDEN})
RECEIPT = Rule(STAFF, others=FORBIDDEN)
RECEIPT_BUT_EMPTY = Rule(STAFF, others=FORBIDDEN, get=NULL)
RECEIPT_OF_THE_STORE = Rule(STORE, others=FORBIDDEN, but={Asker.ELSEWHERE: NULL})
RECEIPT_WHOSE = Rule(EVERYWHERE, others=FORBIDDEN, but={Asker.ELSEWHERE: NULL, Asker.ASSOCIATE: NULL})


def or_null(rule: Rule) -> Rule:
    """The same of the field that leads there: who does not get it reads null."""
    return Rule(rule.who, others=NULL, get=rule.get)


# ------------------------------------------------------------------------------------------- what is refused

STORE_STOCK = Rule(STORE, others=FORBIDDEN)
STORE_STOCK_BUT_EMPTY = Rule(STORE, others=FORBIDDEN, get=NULL)
SIMULATED = Rule(EVERYWHERE, others=FORBIDDEN, but=dict.fromkeys(STAFF - EVERYWHERE, MISSING))  # associates open no such cart
STORE_STOCK_SET = Rule(STORE, others=REFUSED)
STORE_STOCK_SET_WITHOUT_ERRORS = Rule(STORE, others=REFUSED, get=NULL)

CART_CHANGE = Rule(OWNER, but=dict.fromkeys(EVERYWHERE, REFUSED))
CART_CHANGE_WITHOUT_ERRORS = Rule(OWNER, get=NULL, but=dict.fromkeys(EVERYWHERE, REFUSED))
CLAIM = Rule(CUSTOMERS, others=REFUSED)  # whoever has the token that opened the cart
CLAIM_WITHOUT_ERRORS = Rule(CUSTOMERS, get=NULL, others=REFUSED)

ORDER_PAY = Rule(STORE | OWNER, get="WRONG_STATE")  # nothing is due
ORDER_CHANGE = Rule(EVERYWHERE | OWNER, but={Asker.ASSOCIATE: REFUSED})  # staff of stores serve it, and do not take it back
ORDER_CHANGE_WITHOUT_ERRORS = Rule(ORDER_CHANGE.who, get=NULL, but=ORDER_CHANGE.but)

OPENED_BY_NOBODY = Rule(ALL, get="CODE_INVALID")  # a wrong code opens nothing
NOT_SIGNED_IN = Rule(ALL, get="BAD_CREDENTIALS")  # nor does a wrong password
WHO_WORKS_HERE = dict.fromkeys(STAFF, REFUSED)  # becomes no customer in the session they work in
OF_THEMSELVES = Rule(CUSTOMERS, others=REFUSED)
OF_THEMSELVES_WITHOUT_ERRORS = Rule(CUSTOMERS, get=NULL, others=REFUSED)
OF_THEMSELVES_BUT_GONE = Rule(CUSTOMERS, get=MISSING, others=REFUSED)
ENROLLERS = frozenset((Asker.ASSOCIATE, Asker.ADMIN))
ENROLL = Rule(ENROLLERS, others=REFUSED)
ENROLL_WITHOUT_ERRORS = Rule(ENROLLERS, get=NULL, others=REFUSED)
REVOKE = Rule(ENROLLERS, others=REFUSED, but={Asker.ELSEWHERE: MISSING})  # another store's kiosk looks missing
ACT = Rule(EVERYWHERE, others=REFUSED)

WORK = Rule(STORE, others=REFUSED, but={Asker.ELSEWHERE: MISSING})  # of another store it looks missing
WORK_WITHOUT_ERRORS = Rule(STORE, others=REFUSED, get=NULL, but=WORK.but)
WORK_ON_ANOTHER_VERSION = Rule(STORE, others=REFUSED, get="VERSION_CONFLICT", but=WORK.but)
WORK_TOO_EARLY = Rule(STORE, others=REFUSED, get="WRONG_STATE", but=WORK.but)
OF_STORE_WORK_BUT_EMPTY = Rule(STORE, get=NULL, but={Asker.OWNER: FORBIDDEN})

POSTAL_CODE = '{postalCode: {countryCode: "FR", postalCode: "69002"}}'
KEY = '"the key of the matrix"'
ARGUMENTS = {
    "Mutation.actAs": 'input: {customer: $customer, reason: "a call"}',
    "Mutation.customerAddressRemove": "input: {id: $address}",
    "Mutation.customerAddressSave": """input: {address: {
        line1: "1 rue", postalCode: "69002", city: "Lyon", countryCode: "FR"}}""",
    "Mutation.customerSignIn": 'input: {email: "nobody@mail.example", password: "a wrong one"}',
    "Mutation.customerSignUp": 'input: {email: "new@mail.example", password: "a good long one"}',
    "Mutation.customerUpdate": 'input: {name: "Other"}',
    "Mutation.customerVerify": 'input: {code: "wrong"}',
    "Mutation.kioskEnroll": 'input: {code: "wrong"}',
    "Mutation.kioskEnrollmentCreate": 'input: {location: $lyon, name: "Door"}',
    **{
        f"Mutation.fulfillment{step}": f"input: {{fulfillment: $parcel, expectedVersion: 99{more}}}"
        for step, more in {
            "Reject": ', reason: "It is damaged."',
            "Pick": ", lines: []",
            "Pack": "",
            "Ready": "",
            "Ship": ', carrier: "Colissimo", trackingNumber: "6A123"',
            "Arrive": "",
            "Deliver": "",
        }.items()
    },
    "Mutation.fulfillmentAccept@late": "input: {fulfillment: $parcel, expectedVersion: 99}",
    "Mutation.fulfillmentAccept": "input: {fulfillment: $parcel}",
    "Mutation.fulfillmentCollect": f'input: {{fulfillment: $fulfillment, code: "AAAAAA", idempotencyKey: {KEY}}}',
    "Mutation.pickupExtend": 'input: {fulfillment: $fulfillment, until: "2026-12-08T18:00:00Z"}',
    "Query.fulfillment": "by: {id: $fulfillment}",
    "Query.storeTasks": "location: $lyon",
    "Subscription.storeTasksChanged": "location: $lyon",
    "Mutation.kioskRevoke": "input: {kiosk: $kiosk}",
    "Mutation.orderImport": """input: {
        channel: $channel, externalId: "of the matrix", currencyCode: "EUR", fulfilledBy: ELSEWHERE,
        placedAt: "2026-11-20T10:00:00Z", lines: [{sku: "COAT", quantity: 1, unitPrice: "10.00"}]}""",
    "Mutation.passwordReset": 'input: {code: "wrong", password: "a good long one"}',
    "Mutation.passwordResetRequest": 'input: {email: "nobody@mail.example"}',
    "Mutation.staffSignIn": 'input: {email: "nobody@mail.example", password: "a wrong one"}',
    "Query.kiosks": "location: $lyon",
    "Query.node@kiosk": "id: $kiosk",
    "Mutation.cartClaim": "input: {cart: $guest, cartSession: $refresh}",
    "Mutation.cartContactSet": 'input: {cart: $cart, contact: {email: "someone@mail.example"}}',
    "Mutation.cartCreate": "input: {}",
    "Mutation.cartDiscountCodesSet": "input: {cart: $cart, codes: []}",
    "Mutation.cartFulfillmentChoose": "input: {cart: $cart, choices: [{how: {pickup: {location: $lyon}}}]}",
    "Mutation.cartHandoffAccept": 'input: {code: $code, idempotencyKey: "the key of the matrix"}',
    "Mutation.cartHandoffCreate": "input: {cart: $cart}",
    "Mutation.cartLinesAdd": "input: {cart: $cart, lines: []}",
    "Mutation.cartLinesUpdate": "input: {cart: $cart, lines: []}",
    "Mutation.checkoutBegin": f"input: {{cart: $ready, idempotencyKey: {KEY}}}",
    "Mutation.checkoutCancel": "input: {checkout: $checkout}",
    "Mutation.orderAccessAccept": 'input: {number: $number, code: "wrong"}',
    "Mutation.orderAccessRequest": "input: {number: $number, email: $email}",
    "Mutation.orderFulfillmentChange": f"""input: {{order: $order, fulfillment: $fulfillment, idempotencyKey: {KEY},
        how: {{pickup: {{location: $lyon}}}}}}""",
    "Mutation.orderCancel": f"input: {{order: $brought_order, idempotencyKey: {KEY}}}",
    "Mutation.orderPay": f"""input: {{order: $order, idempotencyKey: {KEY},
        payments: [{{by: {{card: {{token: "tok_ok"}}}}, amount: "1.00"}}]}}""",
    "Mutation.orderPlace": f"""input: {{checkout: $checkout, idempotencyKey: {KEY},
        payments: [{{by: {{card: {{token: "tok_declined"}}}}}}]}}""",
    "Mutation.paymentContinue": f"input: {{attempt: $attempt, idempotencyKey: {KEY}}}",
    "Fulfillment.changeOptions": "near: {location: $lyon}",
    "Query.cart@bought": "id: $bought",
    "Query.cart@held": "id: $held",
    "Query.node@checkout": "id: $checkout",
    "Query.node@order": "id: $order",
    "Query.order": "by: {id: $order}",
    "Query.order@brought": "by: {number: $broughtNumber}",
    "Query.order@receipt": "by: {receipt: {number: $broughtNumber, email: $email}}",
    "Query.orderTracking": "number: $number, email: $email",
    "Query.orders": "filter: {statuses: [PLACED]}",
    "Subscription.orderChanged": "id: $order",
    "Cart.fulfillmentOptions": f"to: {POSTAL_CODE}, near: {{location: $lyon}}",
    "Query.cart@collected": "id: $collected",
    "Query.cart@dear": "id: $dear",
    "Query.cart@dearer": "id: $dearer",
    "Query.cart@gone": "id: $gone",
    "Query.cart@late": "id: $late",
    "Query.cart@short": "id: $short",
    "Query.cart@unreachable": "id: $unreachable",
    "Query.cartMergePreview": "source: $short, target: $cart",
    "Subscription.availabilityChanged": 'skus: ["COAT"], locations: [$lyon]',
    "Subscription.cartChanged": "id: $cart",
    "Query.cart": "id: $cart",
    "Query.location": 'by: {code: "LYON"}',
    "Query.node": "id: $product",
    "Query.node@cart": "id: $cart",
    "Query.node@channel": "id: $channel",
    "Query.node@customer": "id: $customer",
    "Query.node@staff": "id: $staff",
    "Query.node@terminal": "id: $terminal",
    "Query.node@transfer": "id: $transfer",
    "Query.nodes": "ids: [$product]",
    "Query.product": 'by: {handle: "coat"}',
    "Query.sourcingSimulate": f'input: {{cart: $cart, rules: {{perParcel: "1.50"}}, to: {POSTAL_CODE}}}',
    "Query.stockLedger": 'sku: "COAT", location: $lyon',
    "Query.stockLevel": 'sku: "COAT", location: $lyon',
    "Query.stockProof": "location: $lyon",
    "Query.stockTransfers": "location: $lyon",
    "Query.variant": 'by: {sku: "COAT"}',
    "Query.variant@gone": 'by: {sku: "HAT"}',
    "Mutation.sessionRefresh": "input: {refreshToken: $refresh}",
    "Mutation.stockCount": 'input: {location: $lyon, sku: "COAT", counted: 7, expectedOnHand: 7, idempotencyKey: "count"}',
    "Mutation.stockIncomingSet": """input: {
        location: $lyon, sku: "COAT", quantity: 1, expectedAt: "2026-12-20T10:00:00Z", idempotencyKey: "expect"}""",
    "Mutation.stockReallocate": 'input: {location: $lyon, lines: [{sku: "COAT", quantity: 1}], idempotencyKey: "move"}',
    "Mutation.stockReceive": 'input: {location: $lyon, lines: [{sku: "COAT", quantity: 1}], idempotencyKey: "receive"}',
    "Mutation.stockSafetySet": 'input: {location: $lyon, sku: "COAT", safety: 1}',
    "Mutation.stockTransfer": """input: {
        fromLocation: $lyon, toLocation: $paris, lines: [{sku: "COAT", quantity: 1}], idempotencyKey: "send"}""",
    "Mutation.stockTransferReceive": """input: {
        transfer: $transfer, lines: [{sku: "COAT", quantity: 1}], idempotencyKey: "take in"}""",
    "Variant.availability": "near: {location: $lyon}",
    "Variant.delivery": f"to: {POSTAL_CODE}",
    "Variant.availability@lyon": "near: {location: $lyon}, at: [$lyon]",
    "Query.locations": "near: {location: $lyon}",
}

ROWS = [
    Row(
        "Query",
        "",
        (PUBLIC, "product products variant categories location locations node nodes viewer"),
        (or_null(OPENERS), "cart node@cart node@checkout"),
        (STORE_STOCK, "storeTasks"),
        (or_null(SEEN), "fulfillment"),
        (or_null(SEEN), "order node@order"),
        (PUBLIC, "orders"),  # of each their own
        (PUBLIC, "orderTracking"),  # whoever knows number and email
        (RECEIPT, "order@receipt"),
        (or_null(OWNERS), "cartMergePreview"),
        (PUBLIC, "node@channel"),  # their own
        (TO_THEMSELVES, "node@customer"),
        (or_null(STAFF_ONLY), "node@staff"),
        (or_null(Rule(STORE)), "node@kiosk"),
        (or_null(TERMINALS), "node@terminal"),
        (or_null(Rule(STAFF)), "node@transfer"),  # from another store
        (Rule(STAFF, others=FORBIDDEN), "channels"),
        (STORE_STOCK, "stockLevel stockLedger stockProof stockTransfers kiosks"),
        (SIMULATED, "sourcingSimulate"),
    ),
    # ------------------------------------------------------------------------------------------- the catalog
    Row(
        "Product",
        "product",
        (PUBLIC, "id handle title description vendor images categories options variants priceRange"),
    ),
    Row("ProductConnection", "products", (PUBLIC, "edges nodes pageInfo totalCount")),
    Row("ProductEdge", "products edges", (PUBLIC, "node cursor")),
    Row("PageInfo", "products pageInfo", (PUBLIC, "hasNextPage hasPreviousPage startCursor endCursor")),
    Row("Image", "product images", (PUBLIC, "url altText")),
    Row("Category", "product categories", (PUBLIC, "id handle title parent")),
    Row("ProductOption", "product options", (PUBLIC, "name values")),
    Row("PriceRange", "product priceRange", (PUBLIC, "min max")),
    Row("Money", "product priceRange min", (PUBLIC, "amount currencyCode minorUnits")),
    Row("SelectedOption", "variant selectedOptions", (PUBLIC, "name value")),
    Row(
        "Variant",
        "variant",
        (PUBLIC, "id sku barcode title product selectedOptions image price compareAtPrice"),
        (PUBLIC, "availableForSale availableQuantity availability delivery"),
    ),
    Row(
        "DeliveryQuote",
        "variant delivery",
        (PUBLIC, "service price promise carbonGrams parcels"),
        (PUBLIC_BUT_EMPTY, "reasons"),
    ),
    Row("StoreAvailabilityConnection", "variant availability", (PUBLIC, "edges nodes pageInfo totalCount")),
    Row("StoreAvailabilityEdge", "variant availability edges", (PUBLIC, "node cursor")),
    Row(
        "StoreAvailability",
        "variant availability@lyon nodes",
        (PUBLIC, "id variant location distanceKm status quantity pickup journeys confidence asOf"),
        (PUBLIC_BUT_EMPTY, "reasons"),
    ),
    Row(
        "FulfillmentPromise",
        "variant availability@lyon nodes pickup",
        (PUBLIC, "earliest latest orderBy validUntil timeZone"),
    ),
    Row("Reason", "variant@gone availability nodes reasons", (PUBLIC, "code message")),
    # --------------------------------------------------------------------------------------------- locations
    Row(
        "Location",
        "location",
        (PUBLIC, "id code name kind address latitude longitude timeZone openingHours openNow closesAt services"),
        (PUBLIC_BUT_EMPTY, "opensAt"),
        (or_null(TERMINALS), "terminals"),
    ),
    Row("Terminal", "location terminals", (TERMINALS, "id name location ready")),
    Row("LocationConnection", "locations", (PUBLIC, "edges nodes pageInfo totalCount")),
    Row("LocationEdge", "locations edges", (PUBLIC, "node cursor distanceKm")),
    Row(
        "Address",
        "location address",
        (PUBLIC, "line1 line2 postalCode city region countryCode phone"),
        (PUBLIC_BUT_EMPTY, "id name"),  # which a location's has not
    ),
    # ------------------------------------------------------------------------------------------ who is asking
    Row(
        "Viewer",
        "viewer",
        (PUBLIC, "id channel roles"),
        (or_null(SIGNED_IN), "customer"),
        (or_null(STAFF_ONLY), "staff"),
        (IN_A_STORE, "location"),
        (or_null(Rule(frozenset((Asker.OWNER,)))), "cart"),
    ),
    Row("Channel", "viewer channel", (PUBLIC, "id code name kind strategy currencyCode fulfillmentMethods")),
    Row(
        "Customer",
        "viewer customer",
        (SIGNED_IN, "id email emailVerified name phone createdAt"),
        (SIGNED_IN_BUT_EMPTY, "addresses"),
        (Rule(OWNER, but={Asker.OTHER: NULL}), "cart storeCredit"),
        (SIGNED_IN, "orders"),
    ),
    Row("StaffMember", "viewer staff", (STAFF_ONLY, "id name roles"), (WORKS_IN_ONE, "locations")),
    # ------------------------------------------------------------------------------------------------- carts
    Row(
        "Cart",
        "cart",
        (OPENERS, "id version status channel currencyCode customer contact lines discountCodes totals problems activity"),
        (OPENERS, "groups fulfillmentOptions createdAt updatedAt"),
        (OPENERS_BUT_EMPTY, "mergedInto"),
    ),
    Row("Cart", "cart@bought", (OPENERS, "checkout order")),
    Row("Contact", "cart contact", (OPENERS, "email name phone")),
    Row("CartLine", "cart lines", (OPENERS, "id variant quantity unitPrice discount total groups")),
    Row("DiscountCode", "cart discountCodes", (OPENERS, "code applied reason")),
    Row("Totals", "cart totals", (OPENERS, "subtotal discount fulfillment tax taxIncluded total")),
    Row("CartActivity", "cart activity", (OPENERS, "id at channel summary version"), (OF_STAFF, "staff")),
    Row("FulfillmentNotChosen", "cart problems", (OPENERS, "message lines")),
    Row(
        "InsufficientStock",
        "cart@short problems",
        (OPENERS, "code message path variant requested available alternatives"),
    ),
    Row("PriceChanged", "cart@dear problems", (OPENERS, "message line before now")),
    Row("PromiseChanged", "cart@late problems", (OPENERS, "message group before now")),
    Row("FulfillmentPriceChanged", "cart@dearer problems", (OPENERS, "message group before now")),
    Row("VariantUnavailable", "cart@gone problems", (OPENERS, "message line")),
    Row("ContactMissing", "cart@unreachable problems", (OPENERS, "message")),
    Row("CartMergePreview", "cartMergePreview", (OWNERS, "lines totals")),
    Row(
        "CartMergeLine",
        "cartMergePreview lines",
        (OWNERS, "variant outcome sourceQuantity targetQuantity resultQuantity"),
        (Rule(OWNER, get=NULL), "reason"),
    ),
    # ------------------------------------------------------------------------------------ options and groups
    Row("FulfillmentOptions", "cart fulfillmentOptions", (OPENERS, "delivery pickup")),
    Row(
        "DeliveryOption",
        "cart fulfillmentOptions delivery",
        (OPENERS, "id method complete coverage price promise carbonGrams parcels service"),
        (OPENERS_BUT_EMPTY, "reasons"),
        (SOURCING, "sourcing"),
    ),
    Row(
        "PickupOption",
        "cart fulfillmentOptions pickup",
        (OPENERS, "id method complete coverage price promise carbonGrams parcels reasons location distanceKm shipToStore"),
        (SOURCING, "sourcing"),
    ),
    Row(
        "LineCoverage",
        "cart@short fulfillmentOptions delivery coverage",
        (OPENERS, "variant cartLine quantity missing reasons"),
        (OPENERS_BUT_EMPTY, "orderLine"),
    ),
    Row(
        "SourcingPlan",
        "cart fulfillmentOptions delivery sourcing",
        (SOURCING, "cost bound optimal parcels carbonGrams rules parts considered"),
    ),
    Row(
        "SourcingPart",
        "cart fulfillmentOptions delivery sourcing parts",
        (SOURCING, "location lines cost promise reasons"),
    ),
    Row(
        "SourcingCandidate",
        "cart fulfillmentOptions delivery sourcing considered",
        (SOURCING, "location chosen cost distanceKm reasons"),
    ),
    Row("SourcingSimulation", "sourcingSimulate", (SIMULATED, "plans cost parcelsPerOrder carbonGrams baseline")),
    Row("SourcingBaseline", "sourcingSimulate baseline", (SIMULATED, "cost parcelsPerOrder carbonGrams")),
    Row(
        "FulfillmentGroup",
        "cart groups",
        (OPENERS, "id method address lines option price promise"),
        (OPENERS_BUT_EMPTY, "location"),  # of what is delivered
    ),
    Row(
        "FulfillmentGroup",
        "cart@collected groups",
        (OPENERS, "location"),
        (OPENERS_BUT_EMPTY, "address"),  # of what is collected
    ),
    Row("FulfillmentGroupLine", "cart groups lines", (OPENERS, "id line quantity")),
    Row("DeliveryOption", "cart groups option", (OPENERS, "id service"), (SOURCING_BUT_EMPTY, "sourcing")),
    Row("PickupOption", "cart@collected groups option", (OPENERS, "id location"), (SOURCING_BUT_EMPTY, "sourcing")),
    Row(
        "Kiosk",
        "kiosks",
        (STORE_STOCK, "id name location enrolledAt revoked"),
        (STORE_STOCK_BUT_EMPTY, "lastSeenAt"),
    ),
    # ------------------------------------------------------------------------------------- checkouts, orders
    Row(
        "Checkout",
        "cart@held checkout",
        (OPENERS, "id status cart groups totals due paymentMethods expiresAt"),
        (OPENERS_BUT_EMPTY, "attempt"),  # while nobody pays
    ),
    Row("Checkout", "cart@bought checkout", (OPENERS, "order")),
    Row("OrderConnection", "orders", (PUBLIC, "pageInfo totalCount"), (or_null(SEEN), "edges nodes")),
    Row("OrderEdge", "orders edges", (SEEN, "node cursor")),
    Row(
        "Order",
        "order",
        (
            SEEN,
            "id number version status channel contact lines fulfillments payments totals paid due refunded timeline placedAt",
        ),
        (DECIDES, "actions"),
        (SEEN_BUT_EMPTY, "externalId sourceCode refunds changeOptions"),  # nothing is unsourced
        (WHOSE, "customer"),
    ),
    Row(
        "Order",
        "order@receipt",
        (RECEIPT, "id number version status channel lines fulfillments payments totals paid timeline placedAt"),
        (RECEIPT, "due refunded refunds"),
        (RECEIPT_OF_THE_STORE, "contact"),
        (RECEIPT_WHOSE, "customer actions"),
    ),
    Row("Contact", "order contact", (SEEN, "email name phone")),
    Row(
        "OrderLine",
        "order lines",
        (SEEN, "id variant sku title quantity unitPrice discount tax total"),
        (SEEN, "unsourcedQuantity fulfilledQuantity canceledQuantity returnedQuantity"),
    ),
    Row("Payment", "order payments", (SEEN, "id method status amount captured refunded createdAt"), (SEEN_BUT_EMPTY, "change")),
    Row(
        "Fulfillment",
        "order fulfillments",
        (SEEN, "id version order method status location destination lines promise due createdAt updatedAt"),
        (DECIDES, "changeOptions"),
        (SEEN_BUT_EMPTY, "address"),  # of what is collected
        (SEEN_BUT_EMPTY, "extendableUntil"),  # of what is not ready
        (OF_STORE_WORK_BUT_EMPTY, "reasons packing"),  # of a cart that was made up, and a channel that says nothing
        (TICKET, "pickup"),
    ),
    Row(
        "Fulfillment",
        "order@brought fulfillments",
        (SEEN, "address tracking"),
        (SEEN_BUT_EMPTY, "destination pickup"),  # of what is delivered
    ),
    Row(
        "Fulfillment",
        "order@receipt fulfillments",
        (RECEIPT, "id order location status"),
        (RECEIPT_OF_THE_STORE, "address"),
        (RECEIPT_WHOSE, "changeOptions"),
        (RECEIPT_BUT_EMPTY, "pickup"),
    ),
    Row("FulfillmentConnection", "storeTasks", (STORE_STOCK, "edges nodes pageInfo totalCount")),
    Row("FulfillmentEdge", "storeTasks edges", (STORE_STOCK, "node cursor")),
    Row("FulfillmentLine", "order fulfillments lines", (SEEN, "id orderLine quantity pickedQuantity")),
    Row("Tracking", "order@brought fulfillments tracking", (SEEN, "carrier number url")),
    Row("PickupTicket", "order fulfillments pickup", (OWNERS, "code qrSvg"), (Rule(OWNER, get=NULL), "collectBefore")),
    Row("PickupOption", "order fulfillments changeOptions pickup", (CHANGES, "id location"), (CHANGE_SOURCING, "sourcing")),
    Row(
        "LineCoverage",
        "order fulfillments changeOptions pickup coverage",
        (CHANGES, "orderLine"),
        (Rule(CHANGES.who, get=NULL), "cartLine"),
    ),
    Row("Refund", "order@brought refunds", (SEEN, "id amount method status reason createdAt")),
    Row("TimelineConnection", "order timeline", (SEEN, "edges nodes pageInfo")),
    Row("TimelineEdge", "order timeline edges", (SEEN, "node cursor")),
    Row(
        "TimelineEntry",
        "order timeline nodes",
        (SEEN, "id at kind summary channel subject"),
        (OF_STAFF_OF_THE_STORE, "staff reason"),
    ),
    Row("OrderTracking", "orderTracking", (PUBLIC, "number status fulfillments")),
    Row(
        "FulfillmentTracking",
        "orderTracking fulfillments",
        (PUBLIC, "method status storeName promise"),
        (PUBLIC_BUT_EMPTY, "tracking"),  # of what is collected
    ),
    # ------------------------------------------------------------------------------------------------- stock
    Row(
        "StockLevel",
        "stockLevel",
        (STORE_STOCK, "id variant location onHand held allocated safety quarantined"),
        (STORE_STOCK, "backordered incoming available countedAt asOf"),
        (STORE_STOCK_BUT_EMPTY, "pool"),
    ),
    Row("IncomingStock", "stockLevel incoming", (STORE_STOCK, "id quantity promised expectedAt")),
    Row("StockMovementConnection", "stockLedger", (STORE_STOCK, "edges nodes pageInfo")),
    Row("StockMovementEdge", "stockLedger edges", (STORE_STOCK, "node cursor")),
    Row(
        "StockMovement",
        "stockLedger nodes",
        (STORE_STOCK, "id at sku fromAccount toAccount quantity cause balance"),
        (STORE_STOCK_BUT_EMPTY, "subject"),
    ),
    Row("StockProof", "stockProof", (STORE_STOCK, "balanced units movements"), (STORE_STOCK_BUT_EMPTY, "problem")),
    Row("StockTransferConnection", "stockTransfers", (STORE_STOCK, "edges nodes pageInfo")),
    Row("StockTransferEdge", "stockTransfers edges", (STORE_STOCK, "node cursor")),
    Row(
        "StockTransfer",
        "stockTransfers nodes",
        (STORE_STOCK, "id status fromLocation toLocation lines expectedAt createdAt"),
    ),
    Row("StockTransferLine", "stockTransfers nodes lines", (STORE_STOCK, "id variant quantity receivedQuantity")),
    # ----------------------------------------------------------------------------------------- subscriptions
    Row(
        "Subscription",
        "",
        (PUBLIC, "availabilityChanged"),
        (OPENERS, "cartChanged"),
        (SEEN, "orderChanged"),
        (STORE_STOCK, "storeTasksChanged"),
    ),
    Row("CartEvent", "cartChanged", (OPENERS, "cart"), (OPENERS_BUT_EMPTY, "change")),
    # --------------------------------------------------------------------------------------------- mutations
    Row(
        "Mutation",
        "",
        (WORK_ON_ANOTHER_VERSION, "fulfillmentAccept@late fulfillmentReject fulfillmentPick fulfillmentPack"),
        (WORK_ON_ANOTHER_VERSION, "fulfillmentShip fulfillmentDeliver fulfillmentReady fulfillmentArrive"),
        (WORK_TOO_EARLY, "fulfillmentCollect"),
        (Rule(SEEN.who, get="WRONG_STATE"), "pickupExtend"),  # it is not ready
    ),
    Row("FulfillmentPayload", "fulfillmentAccept", (WORK, "fulfillment"), (WORK_WITHOUT_ERRORS, "errors")),
    Row(
        "Mutation",
        "",
        (CART_CHANGE, "cartLinesAdd cartLinesUpdate cartContactSet cartDiscountCodesSet cartHandoffCreate"),
        (CART_CHANGE, "cartFulfillmentChoose"),
        (CART_CHANGE, "checkoutBegin"),
        (Rule(OWNER, get="PAYMENT_DECLINED"), "orderPlace"),
        (Rule(ALL, get=MISSING), "paymentContinue"),  # there is no such attempt
        (OWNERS, "checkoutCancel"),
        (ORDER_PAY, "orderPay"),
        (ORDER_CHANGE, "orderFulfillmentChange orderCancel"),
        (PUBLIC, "orderAccessRequest"),  # whoever asks is told the same
        (Rule(ALL, get="CODE_INVALID", but=dict.fromkeys(STAFF, REFUSED)), "orderAccessAccept"),
        (PUBLIC, "cartCreate cartHandoffAccept"),  # whoever has the code
        (CLAIM, "cartClaim"),
        (PUBLIC, "sessionRefresh"),
        (STORE_STOCK_SET, "stockCount stockReceive stockIncomingSet stockSafetySet stockTransfer stockTransferReceive"),
        (Rule(STORE, others=REFUSED, get="INVALID_INPUT"), "stockReallocate"),  # there is but one pool
        (Rule(EVERYWHERE, others=REFUSED), "orderImport"),  # and the channel's own integration
    ),
    Row(
        "CartPayload",
        "cartCreate",
        (PUBLIC, "cart"),
        (Rule(frozenset((Asker.STRANGER, Asker.KIOSK)), others=NULL), "session"),  # the kiosk's own is everybody's
        (PUBLIC_BUT_EMPTY, "errors"),
    ),
    Row("CheckoutPayload", "checkoutBegin", (CART_CHANGE, "checkout"), (CART_CHANGE_WITHOUT_ERRORS, "errors")),
    Row("OrderPayload", "orderFulfillmentChange", (ORDER_CHANGE, "order"), (ORDER_CHANGE_WITHOUT_ERRORS, "errors")),
    Row("CartMergePayload", "cartClaim", (CLAIM, "cart report"), (CLAIM_WITHOUT_ERRORS, "errors")),
    Row("CartMergeReport", "cartClaim report", (CLAIM, "lines")),
    Row("CartHandoffPayload", "cartHandoffCreate", (CART_CHANGE, "handoff"), (CART_CHANGE_WITHOUT_ERRORS, "errors")),
    Row("CartHandoff", "cartHandoffCreate handoff", (CART_CHANGE, "code qrSvg scope expiresAt")),
    Row("CartHandoffAcceptPayload", "cartHandoffAccept", (PUBLIC, "cart session"), (PUBLIC_BUT_EMPTY, "errors")),
    Row("StockPayload", "stockSafetySet", (STORE_STOCK_SET, "levels"), (STORE_STOCK_SET_WITHOUT_ERRORS, "errors")),
    Row(
        "StockTransferPayload",
        "stockTransferReceive",
        (STORE_STOCK_SET, "transfer"),
        (STORE_STOCK_SET_WITHOUT_ERRORS, "errors"),
    ),
    Row("SessionPayload", "sessionRefresh", (PUBLIC, "session"), (PUBLIC_BUT_EMPTY, "errors")),  # whoever has the token
    Row("Session", "sessionRefresh session", (PUBLIC, "accessToken refreshToken expiresAt viewer")),
    Row(
        "Mutation",
        "",
        (PUBLIC, "customerSignUp passwordResetRequest"),  # whoever asks is told the same
        (OPENED_BY_NOBODY, "kioskEnroll"),
        (Rule(ALL, get="CODE_INVALID", but=WHO_WORKS_HERE), "customerVerify passwordReset"),
        (NOT_SIGNED_IN, "staffSignIn"),
        (Rule(ALL, get="BAD_CREDENTIALS", but=WHO_WORKS_HERE), "customerSignIn"),
        (OF_THEMSELVES, "customerUpdate customerAddressSave"),
        (OF_THEMSELVES_BUT_GONE, "customerAddressRemove"),
        (ENROLL, "kioskEnrollmentCreate"),
        (ACT, "actAs"),
    ),
    Row("CustomerPayload", "customerUpdate", (OF_THEMSELVES, "customer"), (OF_THEMSELVES_WITHOUT_ERRORS, "errors")),
    Row("KioskEnrollmentPayload", "kioskEnrollmentCreate", (ENROLL, "enrollment"), (ENROLL_WITHOUT_ERRORS, "errors")),
    Row("KioskEnrollment", "kioskEnrollmentCreate enrollment", (ENROLL, "code location expiresAt")),
    Row("Mutation", "", (REVOKE, "kioskRevoke")),  # which ends what the kiosk asks with
    Row("Mutation", "", (PUBLIC, "sessionEnd")),
    Row("BooleanPayload", "sessionEnd", (PUBLIC, "done"), (PUBLIC_BUT_EMPTY, "errors")),
    # What a mutation was refused for is told to whoever asked for it, and holds what they gave themselves.
    Row("PlainError", None, (PUBLIC, "code message path")),
    Row("RateLimited", None, (PUBLIC, "code message path retryAfterSeconds")),
    Row("FulfillmentUnavailable", None, (OPENERS, "code message path coverage reasons")),
    Row("OptionExpired", None, (OPENERS, "code message path current")),
    Row("CartNotReady", None, (OPENERS, "code message path problems")),
    Row("PaymentActionRequired", None, (OPENERS, "code message path attempt clientSecret redirectUrl")),
    Row("PaymentDeclined", None, (OPENERS, "code message path declineCode")),
    Row("PaymentRequired", None, (OPENERS, "code message path due")),
    Row("VersionConflict", None, (OPENERS, "code message path currentVersion current")),
    Row("WrongState", None, (PUBLIC, "code message path status")),
]
