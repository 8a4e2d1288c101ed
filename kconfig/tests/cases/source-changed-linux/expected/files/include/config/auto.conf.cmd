deps_config := \
	second \
	first \
	Kconfig \

include/config/auto.conf: $(deps_config)


$(deps_config): ;
