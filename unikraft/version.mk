# The core's version: the release of Unikraft whose published interface it has.
UK_VERSION = 0
UK_SUBVERSION = 11
UK_EXTRAVERSION = 0
UK_CODENAME = Daphnis
