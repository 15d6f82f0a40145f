"""Fields that a business adds in the browser: defined as rows, kept as JSON beside the model, mapped as others."""
