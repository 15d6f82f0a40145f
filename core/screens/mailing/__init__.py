"""Letters about records: what they say, to whom they go, how they are looked at before they leave, what became of them."""
