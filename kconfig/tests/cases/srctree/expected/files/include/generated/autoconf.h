/*
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 */
#define CONFIG_THERE 1
#define CONFIG_HERE 1
