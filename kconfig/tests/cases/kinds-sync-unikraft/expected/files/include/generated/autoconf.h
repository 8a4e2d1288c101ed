/*
 *
 * Automatically generated file; DO NOT EDIT.
 * Kinds
 *
 */
#define CONFIG_NAME "other"
#define CONFIG_NUMBER 4
#define CONFIG_FLAG 1
#define CONFIG_QUIET 1
#define CONFIG_ADDRESS 0x2
#define CONFIG_INSIDE 1
