"""Every meeting with people and other systems, a folder for each way in or out.

``cli`` the console command; ``files`` in and out; ``documents`` papers for people; ``database`` its connections and the
steps that make it; ``scenarios`` casework in a file; ``demo`` a made-up county. ``costing`` joins what a package costs
and what its client would pay, ``explaining`` why something is paid and why it is charged: each comes from two packages
that are strangers.
"""
