/*
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 */
#define CONFIG_BASE_MODULE 1
#define CONFIG_CORE_MODULE 1
#define CONFIG_HELPER_MODULE 1
#define CONFIG_MODULES 1
#define CONFIG_WANT_MODULE 1
#define CONFIG_FIRST 1
#define CONFIG_PLUG_MODULE 1
