/*
 *
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 *
 */
#define CONFIG_BASE 1
#define CONFIG_CORE 1
#define CONFIG_HELPER 1
#define CONFIG_MODULES 1
#define CONFIG_ONLY 1
#define CONFIG_WANT 1
#define CONFIG_FIRST 1
#define CONFIG_PLUG 1
