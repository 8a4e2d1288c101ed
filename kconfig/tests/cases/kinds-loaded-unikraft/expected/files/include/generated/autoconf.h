/*
 *
 * Automatically generated file; DO NOT EDIT.
 * Kinds
 *
 */
#define CONFIG_NAME "quo\"te \\ back"
#define CONFIG_NUMBER 10
#define CONFIG_FLAG 1
#define CONFIG_QUIET 1
#define CONFIG_ADDRESS 0x1f
#define CONFIG_AFTER 1
