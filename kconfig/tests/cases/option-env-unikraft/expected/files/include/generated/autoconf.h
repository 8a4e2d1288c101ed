/*
 *
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 *
 */
#define CONFIG_LOOK "green"
#define CONFIG_GREEN 1
