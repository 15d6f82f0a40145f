"""What files usually call the fields that many models have, in English, Spanish and Russian, besides our own labels."""

from collections.abc import Mapping

USUAL: Mapping[str, str] = {
    "number": "no, nr, document no, document number, document, order no, order number, order id, quote no, quote number, "
    "invoice no, invoice number, delivery no, delivery number, packing slip number, po number, "
    "numero, nro, n, comprobante, nro comprobante, numero de comprobante, documento, numero de documento, presupuesto, "
    "pedido, numero de pedido, nro pedido, factura, numero de factura, remito, nro remito, albaran, "
    "номер, номер документа, документ, номер заказа, заказ, накладная, номер накладной, номер счета",
    "product": "producto, articulo, item, sku, stock code, product code, item code, item no, item number, product name, "
    "barcode, ean, gtin, codigo de barras, штрихкод, code, codigo, cod, codigo articulo, "
    "codigo de producto, part number, товар, артикул, номенклатура, код товара, "
    "наименование, наименование товара",
    "code": "sku, cod, codigo, codigo articulo, item no, item number, part number, product code, art, "
    "articulo no, код, артикул, код товара",
    "name": "nombre, denominacion, articulo, producto, item, product, product name, title, titulo, название, "
    "наименование, товар, имя",
    "description": "descripcion, detalle, details, long description, описание",
    "subject": "asunto, tema, motivo, summary, titulo, title, тема, заголовок",
    "price": "precio, precio unitario, precio venta, precio de venta, pvp, unit price, sales price, list price, "
    "цена, цена продажи",
    "cost": "costo, coste, precio costo, precio de costo, precio de compra, purchase price, себестоимость, цена закупки",
    "barcode": "ean, ean13, gtin, upc, codigo de barras, codigo barras, штрихкод, штрих код",
    "category": "categoria, rubro, familia, grupo, group, категория, группа",
    "unit": "unidad, unidad de medida, uom, um, unit of measure, ед изм, единица, единица измерения",
    "tax_rate": "iva, alicuota iva, vat, tax, ндс, ставка ндс",
    "quantity": "cantidad, cant, qty, количество, кол во",
    "amount": "importe, monto, total, sum, сумма",
    "currency": "moneda, divisa, валюта",
    "date": "fecha, fecha de emision, document date, date of document, invoice date, order date, fecha de factura, "
    "fecha del documento, fecha del pedido, дата, дата документа, дата заказа",
    "due": "vencimiento, fecha limite, due date, deadline, срок",
    "starts_at": "inicio, comienzo, start, begin, desde, начало",
    "ends_at": "fin, end, hasta, конец, окончание",
    "location": "lugar, ubicacion, place, место",
    "contact": "cliente, customer, customer name, razon social, nombre del cliente, client, "
    "proveedor, supplier, vendor, empresa, company, клиент, контрагент, "
    "поставщик, покупатель",
    "assigned_to": "responsable, asignado a, vendedor, owner, salesperson, assignee, ответственный",
    "reference": "referencia, ref, su referencia, your reference, номер заказа",
    "priority": "prioridad, приоритет",
    "state": "estado, status, состояние, статус",
    "notes": "notas, observaciones, comentarios, comments, remarks, примечание, комментарий",
    "note": "nota, observaciones, comentario, comment, remark, примечание, комментарий",
    "email": "correo, correo electronico, mail, e mail, почта, эл почта",
    "phone": "telefono, tel, telephone, телефон",
    "active": "activo, in use, vigente, активен",
}
STANDS_IN = {"name": "description", "subject": "description"}


def usual(name: str) -> list[str]:
    """The words by which files call a field of this name, the commonest first."""
    return USUAL[name].split(", ") if name in USUAL else []
