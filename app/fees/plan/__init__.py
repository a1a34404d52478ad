"""收费方案: items and their standards, a term's plan as a grade × item matrix, what the checks say of it."""
