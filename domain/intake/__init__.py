"""Intake: taking a shop's own files in, validated whole and applied all or nothing."""
