"""The Purchases table: one row a line of an order, or of its return."""

from __future__ import annotations

from tracker.schema import figures
from tracker.schema.column import Column, Derive, Kind, Owner, Privacy, Table
from tracker.schema.customers import customer_name

TOOL, PERSONAL, FREE = Owner.TOOL, Privacy.PERSONAL, Privacy.FREE_TEXT

# Quantity × price, or the typed amount, less the discount; negative when it is a return. A price without a quantity
# is one unit.
NET_AMOUNT = Derive(
    "IFERROR(IF(OR(ISNUMBER([unit_price]),ISNUMBER([amount])),ROUND("
    'IF(AND([return_of]="",[return_reason]=""),1,-1)'
    "*(IF(ISNUMBER([unit_price]),IF(ISNUMBER([quantity]),[quantity],1)*[unit_price],[amount])-N([discount])),4)"
    ',""),"")',
    figures.net_amount,
)

PURCHASES = Table(
    "Purchases",
    sheet="purchases",
    key="purchase_id",
    prefix="P",
    columns=(
        Column("purchase_id", Kind.ID, unique=True, group="who", width=112),
        Column(
            "customer", Kind.CUSTOMER, required=True, refers_to="Customers", privacy=PERSONAL, group="who", width=146
        ),
        Column(
            "customer_name", owner=TOOL, privacy=PERSONAL, derive=customer_name("Purchases"), group="who", width=146
        ),
        Column("purchased_at", Kind.DATETIME, required=True, group="what", width=98),
        Column("item", Kind.CHOICE, required=True, choices="item", group="what", width=160),
        Column("quantity", Kind.NUMBER, low=0, group="what", width=92),
        Column("unit_price", Kind.PRICE, group="what", width=98),
        Column("amount", Kind.PRICE, group="what", width=98),
        Column("discount", Kind.PRICE, low=0, group="what", width=98),
        Column("net_amount", Kind.PRICE, TOOL, derive=NET_AMOUNT, group="what", width=118),
        Column("payment_method", Kind.CHOICE, choices="payment_method", group="order", width=94),
        Column("return_of", Kind.REFERENCE, refers_to="Purchases", group="order", width=112),
        Column("order_id", Kind.ID, group="order", width=100),
        Column("sales_channel", Kind.CHOICE, choices="sales_channel", group="more", width=112),
        Column("customer_id", Kind.REFERENCE, TOOL, refers_to="Customers", group="more", folded=True, width=112),
        Column("category", Kind.CHOICE, choices="category", group="more", folded=True, width=110),
        Column("specification", privacy=FREE, group="more", folded=True, width=120),
        Column("currency", Kind.CHOICE, choices="currency", group="more", folded=True, width=84),
        Column("promo_code", group="more", folded=True),
        Column("campaign", refers_to="Campaigns", group="more", folded=True, width=120),
        Column("return_reason", privacy=FREE, group="more", folded=True, width=120),
        Column("upsell_offered", group="more", folded=True, width=120),
        Column("upsell_result", group="more", folded=True, width=120),
        Column("review_rating", Kind.INTEGER, low=1, high=5, group="more", folded=True, width=84),
        Column("review_sentiment", Kind.CHOICE, choices="sentiment", group="more", folded=True),
    ),
)
