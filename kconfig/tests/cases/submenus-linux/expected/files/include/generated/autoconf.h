/*
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 */
#define CONFIG_TWO 1
#define CONFIG_DEEPER 1
#define CONFIG_BESIDE 1
#define CONFIG_UNDER 1
#define CONFIG_TOP 1
