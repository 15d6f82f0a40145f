"""What decides between products where one chooses one: the price."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from core.screens.deciding import deciding
from core.screens.figures import Figure


@deciding(Product, order=20)
def priced(session: Session, products: Sequence[Product]) -> dict[int, Figure]:
    """The sales price of each product."""
    return {product.id: Figure(product.price, kind="price") for product in products}
