// AWS's clients say on each start which Node they will need one day. That is for whoever installs it, and not for whoever
// reads what a verb prints. Imported before a client is.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
