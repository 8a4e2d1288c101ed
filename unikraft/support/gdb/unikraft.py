# SPDX-License-Identifier: BSD-3-Clause
"""Commands for gdb about the structures of a running unikernel: `help uk`.

Reads memory only: nothing in the unikernel is called or changed. What an image
does not contain is said, never guessed.
"""

import re

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


class Bytes:
    """Bytes that are taken from the front."""

    def __init__(self, data):
        self.data = bytes(data)
        self.at = 0

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        if count > self.left():
            raise gdb.GdbError("the buffer ends within an entry")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "little")


def memory(address, count):
    return Bytes(gdb.selected_inferior().read_memory(address, count))


class TracePoint:
    """A definition (uk/trace.h), at its address."""

    MAGIC = 0x65645054
    STRING = 1

    def __init__(self, address):
        fields = memory(address, 19)
        if fields.number(4) != self.MAGIC:
            raise gdb.GdbError("there is no trace point at %#x" % address)
        fields.take(4 + 8)
        arguments, name, words = (fields.number(1) for _ in range(3))
        fields = memory(address + 19, 2 * arguments + name + words)
        self.sizes = fields.take(arguments)
        self.kinds = fields.take(arguments)
        self.name = fields.take(name)[:-1].decode()
        self.words = fields.take(words)[:-1].decode()

    def text(self, values):
        """The format of C, whose letters for lengths Python has no use for."""
        words = re.sub(r"%([-+ #0]*\d*(?:\.\d+)?)(?:hh|h|ll|l|z|j|t)?([a-zA-Z])",
                       self.conversion, self.words)
        try:
            return words % tuple(values)
        except (TypeError, ValueError):
            return "%s %r" % (self.words, values)

    @staticmethod
    def conversion(found):
        flags, letter = found.groups()
        return {"p": "0x%x"}.get(letter, "%" + flags + letter)

    def signed(self, at):
        """Whether the format shows argument `at` as a number with a sign."""
        letters = re.findall(r"%[-+ #0]*\d*(?:\.\d+)?(?:hh|h|ll|l|z|j|t)?([a-zA-Z])",
                             self.words)
        return at < len(letters) and letters[at] in "di"

    def read(self, data):
        values = []
        for at, (size, kind) in enumerate(zip(self.sizes, self.kinds)):
            if kind == self.STRING:
                values.append(data.take(data.number(1)).decode(errors="replace"))
            else:
                values.append(int.from_bytes(
                    data.take(size), "little", signed=self.signed(at)))
        return self.text(values)


class Trace(Subcommand):
    """What trace points have noted: nanoseconds since the boot, name, text."""

    name = "trace"
    MAGIC = 0x64685254

    def lines(self):
        symbols = [gdb.lookup_global_symbol(name)
                   for name in ("uk_trace_buffer", "uk_trace_buffer_writep")]
        if None in symbols:
            raise gdb.GdbError("the image has no trace points "
                               "(LIBUKDEBUG_TRACEPOINTS)")
        start = int(symbols[0].value().address)
        data = memory(start, int(symbols[1].value()) - start)
        points = {}
        while data.left() >= 24 and data.number(4) == self.MAGIC:
            size, time, cookie = data.number(4), data.number(8), data.number(8)
            point = points.get(cookie) or TracePoint(cookie)
            points[cookie] = point
            yield "%16d %s: %s" % (time, point.name,
                                   point.read(Bytes(data.take(size))))


Uk()
for command in (Regions, Heaps, Interrupts, Trace):
    command()
