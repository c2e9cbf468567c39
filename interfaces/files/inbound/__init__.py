"""Extracts from a case-management system: layouts, reading, checking, loading."""
