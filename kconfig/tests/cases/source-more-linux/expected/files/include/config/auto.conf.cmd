deps_config := \
	part/deep/Kconfig \
	part/a.in \
	part/Kconfig \
	Kconfig \

include/config/auto.conf: $(deps_config)


$(deps_config): ;
