/* script_identity.c - see script_identity.h. */
#include "daemon/script_identity.h"

#include "conf/script.h"

#include "daemon/conf.h"
#include "daemon/job.h"
#include "daemon/script_path.h"

void script_identity(struct job_ask *ask, const struct script_conf *script, const struct main_globals *globals)
{
	ask->written = script;
	ask->user = script_path_user(script->user, globals->script_user);
	ask->group = script->user ? script->group : globals->script_group;
	ask->must_be_safe = globals->enable_script_security;
	ask->all_groups = globals->set_supplementary_groups;
}
