"""Files whose rows are lines of documents: they are gathered, and each document comes in whole or not at all."""
