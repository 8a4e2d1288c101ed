# SPDX-License-Identifier: BSD-3-Clause
"""Commands for gdb about the structures of a running unikernel: `help uk`.

Reads memory only: nothing in the unikernel is called or changed. What an image
does not contain is said, never guessed.
"""

import gdb

# Flags of memory regions (uk/plat/memory.h)
REGION_KINDS = ((0x1, "free"), (0x2, "reserved"), (0x4, "extra data"))
REGION_RIGHTS = ((0x10, "r"), (0x20, "w"), (0x40, "x"))


def table(name, element, *counts):
    """An array that one file keeps to itself, of structures of that kind, and
    the first of `counts` in that file: how many of them are in use. None when
    the image has no such array."""
    for symbol in gdb.lookup_static_symbols(name):
        kind = symbol.type.strip_typedefs()
        if kind.code != gdb.TYPE_CODE_ARRAY:
            continue
        if kind.target().strip_typedefs().tag != element:
            continue
        for count in counts:
            for other in gdb.lookup_static_symbols(count):
                if other.symtab.filename == symbol.symtab.filename:
                    return symbol.value(), int(other.value())
    return None


def function_at(pointer):
    """The name of the function that a pointer leads to."""
    address = int(pointer)
    block = gdb.block_for_pc(address) if address else None
    while block and not block.function:
        block = block.superblock
    return block.function.name if block else "0x%x" % address


def size(amount):
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024 or amount % 1024:
            return "%d %s" % (amount, unit)
        amount //= 1024
    return "%d GiB" % amount


def has_field(value, name):
    return any(field.name == name for field in value.type.fields())


class Uk(gdb.Command):
    """What the unikernel keeps: its memory, heaps, interrupts."""

    def __init__(self):
        super().__init__("uk", gdb.COMMAND_DATA, prefix=True)


class Subcommand(gdb.Command):
    """Told in words when the image lacks what is asked for."""

    name = ""

    def __init__(self):
        super().__init__("uk " + self.name, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        if argument:
            raise gdb.GdbError("uk %s takes no argument" % self.name)
        for line in self.lines():
            print(line)


class Regions(Subcommand):
    """The regions of memory, with what they are and how they are mapped."""

    name = "regions"

    def lines(self):
        found = table(
            "regions", "ukplat_memregion_desc", "nr_regions", "region_count"
        )
        if found is None:
            raise gdb.GdbError("the image keeps no list of regions")
        regions, count = found
        if count <= 0:
            yield "the list of regions is not made yet"
        for at in range(max(count, 0)):
            region = regions[at]
            flags = int(region["flags"])
            rights = "".join(
                letter if flags & bit else "-" for bit, letter in REGION_RIGHTS
            )
            kinds = [kind for bit, kind in REGION_KINDS if flags & bit]
            name = ""
            if has_field(region, "name") and int(region["name"]):
                name = region["name"].string()
            line = "%#018x  %12s  %s  %-10s %s" % (
                int(region["base"]),
                size(int(region["len"])),
                rights,
                ", ".join(kinds),
                name,
            )
            yield line.rstrip()


class Heaps(Subcommand):
    """The allocators, the default one first."""

    name = "heaps"

    def lines(self):
        head = gdb.lookup_global_symbol("_uk_alloc_head")
        if head is None:
            raise gdb.GdbError("the image has no allocators (libukalloc)")
        heap = head.value()
        if not int(heap):
            yield "no allocator is registered yet"
        while int(heap):
            line = "%#018x  malloc: %s" % (int(heap), function_at(heap["malloc"]))
            if has_field(heap.dereference(), "_stats"):
                stats = heap["_stats"]
                line += ", in use: %s in %d pieces, at most %s" % (
                    size(int(stats["cur_mem_use"])),
                    int(stats["cur_nb_allocs"]),
                    size(int(stats["max_mem_use"])),
                )
            yield line
            heap = heap["next"]


class Interrupts(Subcommand):
    """The handlers of interrupts, in the order of registration."""

    name = "interrupts"

    def lines(self):
        found = table("handlers", "handler", "nr_handlers")
        if found is None:
            raise gdb.GdbError("the image keeps no list of handlers")
        handlers, count = found
        if count == 0:
            yield "no handler is registered"
        for at in range(count):
            handler = handlers[at]
            yield "%5d  %s(%#x)" % (
                int(handler["irq"]),
                function_at(handler["func"]),
                int(handler["arg"]),
            )


Uk()
for command in (Regions, Heaps, Interrupts):
    command()
