"""The TM Forum APIs that are asked, and the prefixes below which operators serve them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Api:
    """One API: the option that names its prefix, its collection, and where it is by the standard."""

    name: str
    """Also the word in ``Reading.missing``."""
    resource: str
    prefixes: tuple[str, ...]
    """Below ``URL``, newest first. Spellings of v5 differ between the files' own examples."""

    @property
    def option(self) -> str:
        """Key in ``access.options`` that holds the whole prefix."""
        return f"{self.name}_url"


PRODUCT = Api(
    "product",
    "product",
    ("/tmf-api/productInventory/v5", "/productInventory/v5", "/tmf-api/productInventory/v4"),
)
SERVICE = Api("service", "service", ("/tmf-api/serviceInventory/v5", "/tmf-api/serviceInventory/v4"))
ACCOUNT = Api("account", "billingAccount", ("/tmf-api/accountManagement/v5", "/tmf-api/accountManagement/v4"))
BILL = Api(
    "bill",
    "customerBill",
    (
        "/tmf-api/customerBillManagement/v5",
        "/tmf-api/Customer_Bill_Management/v5",
        "/tmf-api/customerBillManagement/v4",
    ),
)
BALANCE = Api("balance", "bucket", ("/tmf-api/prepayBalanceManagement/v4",))
PAYMENT = Api("payment", "payment", ("/payment/v4", "/tmf-api/payment/v4"))

ALL = (PRODUCT, SERVICE, ACCOUNT, BALANCE, BILL, PAYMENT)
"""In the order of asking: who the line is, then what it owes."""

OWN_OPTIONS: Mapping[str, str] = {
    "account_id": "billing account, when the number alone does not find it",
    "product_id": "product, when the number alone does not find it",
    "service_id": "service, when the number alone does not find it",
}
"""Options that may differ between lines that share one call."""

OPTIONS: Mapping[str, str] = {
    **{api.option: f"whole prefix of the {api.name} API" for api in ALL},
    **OWN_OPTIONS,
    "dialect": "sigscale for SigScale OCS; empty is the standard",
    "currency": "ISO 4217, for servers that state amounts without one",
    "page_size": "resources asked for in one page (100)",
    "product_query": "query for the product list, {number} and {digits} are filled in",
    "service_query": "query for the service list",
    "account_query": "query for the account list",
    "balance_query": "query for the bucket list",
}
