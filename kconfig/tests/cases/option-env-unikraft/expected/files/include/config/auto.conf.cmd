deps_config := \
	Kconfig

include/config/auto.conf: \
	$(deps_config)

ifneq "$(COLOUR)" "green"
include/config/auto.conf: FORCE
endif

$(deps_config): ;
