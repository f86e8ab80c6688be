"""Who moves money: adapters of domain/payment.py."""
