"""The record that anyone can check. Pure."""
