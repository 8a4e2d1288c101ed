deps_config := \
	Kconfig \

include/config/auto.conf: $(deps_config)

ifneq "$(NOISY)" "y"
include/config/auto.conf: FORCE
endif
ifneq "$(WHICH)" "HERE"
include/config/auto.conf: FORCE
endif

$(deps_config): ;
