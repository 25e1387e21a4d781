"""TM Forum Open APIs as a source: 654 balance, 666 account, 678 bills, 676 payments, 637 product, 638 service."""
