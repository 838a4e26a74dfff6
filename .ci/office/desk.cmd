@call "%~dp0start.cmd" desk %*
