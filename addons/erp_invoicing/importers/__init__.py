"""Files of sales: a row for each line, documents known by their number, become posted invoices and credit notes."""

from addons.erp_invoicing.importers.bringing import Sales
from addons.erp_invoicing.models import Invoice
from core.importing.importer import Importer


def names(*of: str) -> tuple[str, ...]:
    """Names of a column, written with | between them, a language a text."""
    return tuple(name for text in of for name in text.split("|"))


ALIASES = {
    "number": names(
        "invoice no|invoice number|invoice id|invoice|document no|document number|document|bill no|bill number|order id"
        "|order no|order number|number|no",
        "número de factura|nº de factura|nro de factura|nro factura|factura|nº de comprobante|nro comprobante|comprobante"
        "|número de documento|documento|número|nº|nro",
        "номер счета|номер документа|номер накладной|номер реализации|документ|счет|накладная|номер",
    ),
    "date": names(
        "invoice date|document date|order date|posting date|date",
        "fecha de factura|fecha factura|fecha de emisión|fecha del documento|fecha",
        "дата счета|дата документа|дата накладной|дата",
    ),
    "customer_number": names(
        "customer id|customer no|customer number|customer code|client id|client code|account no|account number",
        "código de cliente|código cliente|número de cliente|nº de cliente|id de cliente|id cliente|cuenta",
        "код клиента|номер клиента|код контрагента|код покупателя|id клиента",
    ),
    "customer_name": names(
        "customer name|customer|client name|client|sold to|bill to|buyer|contact",
        "nombre del cliente|cliente|razón social|comprador",
        "клиент|покупатель|контрагент|заказчик|наименование клиента|наименование контрагента",
    ),
    "country": names("customer country|country|country region", "país del cliente|país", "страна клиента|страна"),
    "product_code": names(
        "stock code|product code|item code|sku|item no|item number|product id|article no|part number|code",
        "código de producto|código producto|código de artículo|código artículo|código|sku",
        "артикул|код товара|код номенклатуры|код",
    ),
    "description": names(
        "description|product name|product description|item description|item name|product|item|article|details",
        "descripción|descripción del producto|producto|artículo|concepto|detalle",
        "описание|наименование|наименование товара|номенклатура|товар",
    ),
    "quantity": names(
        "quantity|qty|units|pieces", "cantidad|cant|unidades|piezas", "количество|кол во|число единиц"
    ),
    "price": names(
        "unit price|price|price each|net price|unit net price",
        "precio unitario|precio|precio neto|importe unitario",
        "цена за единицу|цена|цена без ндс",
    ),
    "discount": names(
        "discount percent|discount|disc", "descuento|dto|porcentaje de descuento|bonificación", "скидка|процент скидки"
    ),
    "tax_rate": names(
        "vat rate|tax rate|vat percent|tax percent",
        "tipo de iva|alícuota|alícuota de iva|porcentaje de iva",
        "ставка ндс|процент ндс",
    ),
    "currency": names("currency|currency code", "moneda|divisa", "валюта"),
}  # fmt: skip

importer = Importer(Invoice, aliases=ALIASES, documents=Sales, final=True)
