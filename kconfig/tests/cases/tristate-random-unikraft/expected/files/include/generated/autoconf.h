/*
 *
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 *
 */
#define CONFIG_BASE 1
#define CONFIG_CORE 1
#define CONFIG_HELPER 1
#define CONFIG_WANT 1
#define CONFIG_PLUG 1
#define CONFIG_THIRD 1
