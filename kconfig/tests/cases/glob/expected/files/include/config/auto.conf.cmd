deps_config := \
	part/a.in \
	part/a.uk \
	part/b.uk \
	Kconfig

include/config/auto.conf: \
	$(deps_config)


$(deps_config): ;
