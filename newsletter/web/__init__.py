"""The newsletter on the web: pages that work without JavaScript, without cookies, in any language.

A GET never changes anything. Whoever holds a link may do what the link is for; there are no
accounts.
"""
