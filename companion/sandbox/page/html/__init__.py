"""Turns messages and views into safe HTML.

Every character of them passes through `literal` or markdown-it's own escaping. All tags come from
this package or from markdown-it, never from a message.
"""
