"""Carry work and files to where they are needed: queues, folders, buckets."""
