/*
 *
 * Automatically generated file; DO NOT EDIT.
 * Main menu
 *
 */
#define CONFIG_NAME_HERE "one two before after costs $5"
#define CONFIG_PROBED 1
