deps_config := \
	there \
	here \
	Kconfig \

include/config/auto.conf: $(deps_config)


$(deps_config): ;
