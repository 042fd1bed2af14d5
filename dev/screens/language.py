"""Run in Odoo's shell: loads %(lang)s, and the administrator reads it from now on."""

lang = env["res.lang"]._activate_lang("%(lang)s")  # noqa: F821 (odoo shell's)
env["base.language.install"].create(  # noqa: F821
    {"lang_ids": [(6, 0, lang.ids)], "overwrite": True}
).lang_install()
env.ref("base.user_admin").lang = "%(lang)s"  # noqa: F821
env.cr.commit()  # noqa: F821
